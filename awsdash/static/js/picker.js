// Live choices for an input: [data-choices] names where they come from, [data-given] the options
// they depend on. One listbox, #choices, serves all inputs of the page.

import { targets } from "./scope.js";

const DEBOUNCE_MS = 150;
const ASKED_AT_MOST = 60;
let timer = 0;
let asked = 0;
let input = null;

const list = () => document.querySelector("#choices");
const options = () => [...list().querySelectorAll("[data-value]")];
const chosen = () => list().querySelector("[aria-selected=true]");

function address(from) {
  const url = new URL(from.dataset.choices, location.origin);
  const data = new FormData(from.form);
  // Of several targets the first one is asked.
  const [accountId, region] = targets(from.form)[0] ?? [];
  data.set("accountId", accountId ?? "");
  data.set("region", region ?? "");
  for (const name of ["accountId", "region", ...from.dataset.given.split(" ").filter(Boolean)]) {
    url.searchParams.set(name, data.get(name) ?? "");
  }
  url.searchParams.set("typed", from.value);
  return url;
}

// Asks until the answer is there, as long as nobody typed on.
async function ask(from) {
  const mine = ++asked;
  for (let tries = 0; tries < ASKED_AT_MOST && mine === asked; tries++) {
    const response = await fetch(address(from), {
      headers: { "HX-Request": "true", "HX-Current-URL": location.href },
    });
    if (mine !== asked || document.activeElement !== from) return;
    if (response.status !== 202) return show(from, response.ok ? await response.text() : "");
    if (tries === 1) show(from, '<li class="sub" role="option" aria-disabled="true">Asking AWS</li>');
    const delay = Number(response.headers.get("Poll-Delay-Ms")) || 300;
    await new Promise((done) => setTimeout(done, delay));
  }
}

function show(from, html) {
  if (!html) return close();
  input = from;
  from.after(list());
  list().innerHTML = html;
  list().style.top = `${from.offsetTop + from.offsetHeight + 2}px`;
  list().hidden = false;
  const { length } = options();
  const told = length === 1 ? "1 choice" : `${length} choices`;
  document.querySelector("#said").textContent = length ? told : list().textContent.trim();
  from.setAttribute("aria-expanded", "true");
  return undefined;
}

function close() {
  asked++;
  clearTimeout(timer);
  if (!input) return;
  list().hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  input = null;
}

function select(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
}

function take(option) {
  const taker = input;
  taker.value = option.dataset.value;
  close();
  taker.dispatchEvent(new Event("change", { bubbles: true }));
  taker.focus();
  clearTimeout(timer);
  asked++;
}

const isPicker = (target) => target.matches?.("[data-choices]");

document.addEventListener("input", (event) => {
  if (!isPicker(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(event.target), DEBOUNCE_MS);
});
document.addEventListener("click", (event) => {
  if (isPicker(event.target) && !input) ask(event.target);
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("#choices [data-value]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("focusout", (event) => event.target === input && close());
document.addEventListener("keydown", (event) => {
  if (!isPicker(event.target)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !input) ask(event.target);
  else if (step) {
    event.preventDefault();
    const all = options();
    const place = all.indexOf(chosen()) + step;
    select(all.at(place < 0 ? -1 : place % all.length));
  } else if (event.key === "Enter" && input && chosen() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    take(chosen());
  } else if (event.key === "Escape" && input) {
    event.stopPropagation();
    close();
  }
}, true);

// A list of values has always one empty input more.
document.addEventListener("change", (event) => {
  const values = event.target.closest?.(".values");
  if (!values || !event.target.value || event.target !== values.querySelector("input:last-of-type")) return;
  const next = event.target.cloneNode();
  next.value = "";
  next.removeAttribute("aria-activedescendant");
  event.target.id += `_${values.querySelectorAll("input").length}`;
  event.target.after(next);
});
