// The command palette: the server sends the choices (htmx), this moves among them. The focus stays in
// the input; aria-activedescendant says which choice Enter takes.

const dialog = document.querySelector("#palette");
const input = dialog?.querySelector("[role=combobox]");
const answer = dialog?.querySelector("#palette-answer");
// Enter came before the choices for what was typed: it takes the first of them.
let hurried = null;
// The last question got no answer: Enter asks again.
let isLost = false;

const choices = () => [...answer.querySelectorAll("[role=option]")];
const selected = () => answer.querySelector("[aria-selected=true]");
const isAnswered = () => answer.querySelector("[data-answers]")?.dataset.answers === input.value;

function select(choice) {
  selected()?.setAttribute("aria-selected", "false");
  choice?.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", choice?.id ?? "");
  // The heading above the first choice comes into sight with it.
  if (choice === choices()[0]) answer.scrollTop = 0;
  else choice.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = choices();
  if (all.length === 0) return;
  const next = all.indexOf(selected()) + step;
  select(all[(next + all.length) % all.length]);
}

function follow(choice, { inNewTab }) {
  if (!choice) return;
  dialog.close();
  if (inNewTab) window.open(choice.href, "_blank", "noopener");
  else location.assign(choice.href);
}

function ask() {
  input.dispatchEvent(new Event("ask"));
}

function say(text) {
  dialog.querySelector("[role=status]").textContent = text;
}

function lose() {
  isLost = true;
  say("The portal did not answer.");
}

function show() {
  isLost = false;
  const { length } = choices();
  input.setAttribute("aria-expanded", String(length > 0));
  select(choices()[0]);
  say(length === 1 ? "1 choice" : `${length} choices`);
  if (hurried && isAnswered()) follow(selected(), hurried);
  if (isAnswered()) hurried = null;
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: (event) => {
    const how = { inNewTab: event.ctrlKey || event.metaKey };
    if (isAnswered()) return follow(selected(), how);
    hurried = how;
    if (isLost) ask();
  },
};

function begin() {
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key](event);
  });
  input.addEventListener("input", () => (hurried = null));
  answer.addEventListener("pointermove", ({ target }) => {
    const choice = target.closest("[role=option]");
    if (choice && choice !== selected()) select(choice);
  });
  answer.addEventListener("click", ({ target }) => target.closest("[role=option]") && dialog.close());
  answer.addEventListener("htmx:afterSettle", show);
  dialog.addEventListener("htmx:sendError", lose);
  dialog.addEventListener("htmx:responseError", lose);
  dialog.addEventListener("opened", () => {
    input.value = "";
    hurried = null;
    ask();
  });
}

if (dialog) begin();
