// The keys of every page; templates/_help.html tells them. They do nothing while somebody types or
// a dialog is open, and leave the browser's own combinations alone.

import * as dialogs from "./dialogs.js";

const GOTO_WITHIN_MS = 1500;
const HINT_AFTER_MS = 400;
const TYPING = "input, select, textarea, [contenteditable]";

const hint = document.querySelector("#goto");
let goingTimers = null;

function startGoing() {
  goingTimers = [setTimeout(showHint, HINT_AFTER_MS), setTimeout(stopGoing, GOTO_WITHIN_MS)];
  return true;
}

function stopGoing() {
  goingTimers?.forEach(clearTimeout);
  goingTimers = null;
  hint?.replaceChildren();
}

function showHint() {
  const entries = [...document.querySelectorAll("[data-goto]")].map((link) => {
    const entry = document.createElement("span");
    const key = document.createElement("kbd");
    key.textContent = link.dataset.goto;
    entry.append(key, ` ${link.textContent}`);
    return entry;
  });
  hint?.replaceChildren(...entries);
}

function goTo(letter) {
  stopGoing();
  const link = document.querySelector(`[data-goto="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
  return link !== null;
}

function find() {
  const field = document.querySelector("[data-find]");
  field?.focus();
  return field !== null;
}

function run() {
  const query = document.querySelector("#query");
  query?.requestSubmit();
  return query !== null;
}

// Each says whether it did something: what did nothing is left to the browser.
const PLAIN = { "/": find, "?": () => dialogs.open("help"), g: startGoing };
const WITH_CTRL = { k: () => dialogs.open("palette"), Enter: () => !dialogs.isOpen() && run() };

function onPlain({ target, key }) {
  // The input of a dialog that closed this very moment still has the focus, but is not seen.
  const isTyping = target.closest(TYPING)?.checkVisibility();
  if (dialogs.isOpen() || isTyping) return false;
  return (goingTimers && goTo(key)) || PLAIN[key]?.();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const isPlain = !event.ctrlKey && !event.metaKey;
  if (isPlain ? onPlain(event) : WITH_CTRL[event.key]?.()) event.preventDefault();
});
