// The heads of the table sort, and what has a filter narrows, through the lens form; a download takes
// what the lens shows.

// One filter on a column at a time; a click on the one that is on takes it away.
function toggle(form, filter) {
  const [column] = filter.split(":");
  const given = [...form.querySelectorAll("input[name=f]")];
  const isOn = given.some((input) => input.value === filter);
  for (const input of given) if (input.value.split(":")[0] === column) input.remove();
  if (!isOn) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "f", value: filter }));
}

document.addEventListener("click", (event) => {
  const form = document.querySelector("#lens");
  if (!form || event.ctrlKey || event.metaKey) return;
  const chosen = event.target.closest("[data-sort], [data-filter]");
  if (chosen) {
    event.preventDefault();
    if ("sort" in chosen.dataset) form.elements.sort.value = chosen.dataset.sort;
    else toggle(form, chosen.dataset.filter);
    form.requestSubmit();
  }
  const download = event.target.closest("a[data-download]");
  if (!download) return;
  const url = new URL(download.href);
  const data = new FormData(form);
  for (const name of data.keys()) url.searchParams.delete(name);
  for (const [name, value] of data) url.searchParams.append(name, value);
  download.href = url;
});
