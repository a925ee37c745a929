// The heads of the table sort through the lens form; a download takes what the lens shows.

document.addEventListener("click", (event) => {
  const form = document.querySelector("#lens");
  const sorts = event.target.closest("[data-sort]");
  if (form && sorts && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    form.elements.sort.value = sorts.dataset.sort;
    form.requestSubmit();
  }
  const download = event.target.closest("a[data-download]");
  if (form && download) {
    const url = new URL(download.href);
    for (const [name, value] of new FormData(form)) url.searchParams.set(name, value);
    download.href = url;
  }
});
