// Menus are <details data-menu>: one open at a time, closed by Escape and by a click elsewhere.
// What is chosen becomes what the menu shows; a [data-narrow] input narrows the options. A menu of
// [data-several="account"] may have several chosen, by check boxes.

const menus = () => document.querySelectorAll("details[data-menu][open]");
const focusable = (menu) => [...menu.querySelectorAll(".option input")].filter((i) => i.checkVisibility());

function closeAllBut(kept) {
  for (const menu of menus()) if (menu !== kept) menu.open = false;
}

export function show(input) {
  const menu = input?.closest("details[data-menu]");
  const shown = menu?.querySelector("[data-shown]");
  if (!shown) return;
  const chosen = [...menu.querySelectorAll(".option input:checked")].map((each) => each.parentElement);
  if (chosen.length === 1) {
    const shows = chosen[0].querySelector("[data-shows]");
    if (shows) shown.replaceChildren(...shows.cloneNode(true).childNodes);
    return;
  }
  const told = document.createElement("b");
  told.textContent = `${chosen.length || "No"} ${menu.dataset.several}${chosen.length ? "s" : ""}`;
  const dots = chosen.slice(0, 5).map((option) => option.querySelector(".dot")).filter(Boolean);
  shown.replaceChildren(...dots.map((dot) => dot.cloneNode(true)), told);
}

document.addEventListener("click", (event) => {
  const menu = event.target.closest("details[data-menu]");
  closeAllBut(menu);
  // A click chooses and is done; the arrow keys only pass by, and of several there may be more.
  const chosen = event.detail > 0 && event.target.closest(".option");
  if (menu && chosen && !chosen.querySelector("input[type=checkbox]")) setTimeout(() => (menu.open = false));
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
    (narrow?.checkVisibility() ? narrow : event.target.querySelector(".option input:checked"))?.focus();
  }
}, true);

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

// Enter takes the first of what was narrowed to; of check boxes the menu stays for more.
function enter(menu, input) {
  const [first] = focusable(menu);
  if (input.matches("[data-narrow]")) first?.click();
  if (first?.type !== "checkbox") close(menu);
}

// Radios move by themselves.
function move(menu, input, step) {
  const all = focusable(menu);
  const next = all[all.indexOf(input) + step];
  if (input.type === "radio" || !next) return false;
  next.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    close(menu);
    event.stopPropagation();
  }
  if (!event.target.matches(".option input, [data-narrow]")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && move(menu, event.target, step)) event.preventDefault();
  if (event.key === "Enter") {
    event.preventDefault();
    enter(menu, event.target);
  }
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("details[data-menu] .option input")) return;
  show(event.target);
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
