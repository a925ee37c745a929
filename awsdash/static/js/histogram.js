// A range of the histogram is marked by dragging, or by Shift and the arrow keys; letting go, or
// Enter, makes it the page's time range.

import { setRange } from "./range.js";

let drag = null;

const bars = (bar) => [...bar.closest("svg").querySelectorAll(".bar")];

function mark(from, to) {
  const all = bars(from);
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  all.forEach((bar, place) => bar.classList.toggle("marked", place >= first && place <= last));
}

function choose(bar) {
  const marked = bars(bar).filter((other) => other.classList.contains("marked"));
  const range = marked.length ? marked : [bar];
  setRange(range[0].dataset.start, range.at(-1).dataset.end);
}

function clear() {
  for (const bar of document.querySelectorAll(".bar.marked")) bar.classList.remove("marked");
  drag = null;
}

// The bar below the pointer, also where the pointer has left the drawing.
function barAt(svg, x) {
  const all = [...svg.querySelectorAll(".bar")];
  const box = svg.getBoundingClientRect();
  const place = Math.floor(((x - box.left) / box.width) * all.length);
  return all[Math.min(Math.max(place, 0), all.length - 1)];
}

document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest("[data-histogram] svg");
  if (!svg || event.button !== 0) return;
  const bar = barAt(svg, event.clientX);
  drag = { svg, bar };
  mark(bar, bar);
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  // A poll may have drawn it anew.
  if (!drag.svg.isConnected) return clear();
  mark(drag.bar, barAt(drag.svg, event.clientX));
});
document.addEventListener("pointerup", () => {
  if (drag?.svg.isConnected) choose(drag.bar);
  drag = null;
});
document.addEventListener("pointercancel", clear);
document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.("[data-histogram] .bar");
  if (!bar) return;
  const all = bars(bar);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const next = all[all.indexOf(bar) + step];
    if (!next) return;
    const start = all.find((other) => other.dataset.anchor) ?? bar;
    for (const other of all) delete other.dataset.anchor;
    if (event.shiftKey) {
      start.dataset.anchor = "1";
      mark(start, next);
    } else clear();
    bar.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(bar);
  }
  if (event.key === "Escape") clear();
});
