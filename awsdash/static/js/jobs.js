// The list of jobs: rows are moved through by j, k and the arrow keys, and picked to be cancelled
// together. What is picked stays picked when the list is brought up to date.

import "./range.js";

const picked = new Set();

const boxes = () => [...document.querySelectorAll("#jobs [name=pick]")];
const links = () => [...document.querySelectorAll("#jobs tr[data-entry] .what")];

function tell() {
  const count = boxes().filter((box) => box.checked).length;
  const [act, all] = ["[data-acts]", "[data-pick-all]"].map((s) => document.querySelector(`#jobs ${s}`));
  if (!act) return;
  act.disabled = count === 0;
  act.querySelector("[data-picked]").textContent = count ? ` ${count}` : "";
  all.disabled = boxes().length === 0;
  all.checked = count > 0 && count === boxes().length;
  all.indeterminate = count > 0 && !all.checked;
}

function restore() {
  const there = new Set(boxes().map((box) => box.value));
  // What has ended, or is on another page, is picked no more.
  for (const id of picked) if (!there.has(id)) picked.delete(id);
  for (const box of boxes()) box.checked = picked.has(box.value);
  tell();
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("#jobs [data-pick-all]")) {
    for (const box of boxes()) box.checked = target.checked;
  } else if (!target.matches("#jobs [name=pick]")) return;
  picked.clear();
  for (const box of boxes()) if (box.checked) picked.add(box.value);
  tell();
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog, details");
  if (isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const here = document.activeElement.closest?.("tr[data-entry]")?.querySelector(".what");
  const next = links()[here ? links().indexOf(here) + step : 0];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:load", restore);
restore();

// The dialog shows nothing of the job it was opened for before.
document.querySelector("#share")?.addEventListener("opened", () => {
  document.querySelector("#share-sheet").replaceChildren();
});
