// Menus are <details data-menu>: one open at a time, closed by Escape and by a click elsewhere.
// A chosen radio's label becomes what the menu shows; a [data-narrow] input narrows the options.

const menus = () => document.querySelectorAll("details[data-menu][open]");

function closeAllBut(kept) {
  for (const menu of menus()) if (menu !== kept) menu.open = false;
}

function show(radio) {
  const menu = radio.closest("details[data-menu]");
  const shown = menu?.querySelector("[data-shown]");
  const shows = radio.parentElement.querySelector("[data-shows]");
  if (shown && shows) shown.replaceChildren(...shows.cloneNode(true).childNodes);
}

// An account's regions are those it has enabled; another account may need another region.
function offerRegions(account) {
  if (account.dataset.regions === undefined) return;
  const enabled = new Set(account.dataset.regions.split(" "));
  const radios = [...document.querySelectorAll(`input[type=radio][name=region]`)];
  for (const radio of radios) radio.parentElement.hidden = radio.value && !enabled.has(radio.value);
  const chosen = radios.find((radio) => radio.checked);
  if (!chosen?.parentElement.hidden) return;
  const first = radios.find((radio) => !radio.parentElement.hidden);
  if (first) {
    first.checked = true;
    show(first);
  }
}

document.addEventListener("click", (event) => {
  const menu = event.target.closest("details[data-menu]");
  closeAllBut(menu);
  // A click chooses and is done; the arrow keys only pass by.
  const chosen = event.detail > 0 && event.target.closest(".option");
  if (menu && chosen) setTimeout(() => (menu.open = false));
});
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-menu]:not([open])[data-changed]")) {
    const form = document.getElementById(event.target.dataset.changed);
    delete event.target.dataset.changed;
    if (form?.hasAttribute("data-eager")) form.requestSubmit();
  }
  if (event.target.matches?.("details[data-menu][open]")) {
    closeAllBut(event.target);
    const narrow = event.target.querySelector("[data-narrow]");
    (narrow?.checkVisibility() ? narrow : event.target.querySelector("input:checked"))?.focus();
  }
}, true);
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  if (event.key === "Enter" && menu && event.target.matches("input[type=radio], [data-narrow]")) {
    event.preventDefault();
    const only = [...menu.querySelectorAll("input[type=radio]")].filter((r) => r.checkVisibility());
    if (event.target.matches("[data-narrow]") && only.length) only[0].click();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("details[data-menu] input[type=radio]")) return;
  show(event.target);
  if (event.target.name === "accountId") offerRegions(event.target);
  event.target.closest("details").dataset.changed = event.target.form?.id ?? "";
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const option of event.target.parentElement.querySelectorAll(".option")) {
    const text = option.textContent.toLowerCase();
    option.classList.toggle("out", !words.every((word) => text.includes(word)));
  }
});

const account = document.querySelector("input[type=radio][name=accountId]:checked");
if (account) offerRegions(account);
