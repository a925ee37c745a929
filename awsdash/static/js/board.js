// A batch's board. What a failed cell says of itself is shown beside it on hover and focus, until
// Escape; where the board was scrolled to outlives the polls that draw it anew.

const tip = Object.assign(document.createElement("div"), { className: "tip", id: "tip", popover: "manual" });
document.body.append(tip);
let shown = null;

function showFor(link) {
  shown = link;
  tip.textContent = document.getElementById(link.getAttribute("aria-describedby"))?.textContent ?? "";
  tip.showPopover();
  const [cell, box] = [link.getBoundingClientRect(), tip.getBoundingClientRect()];
  const isBelow = cell.bottom + box.height + 8 < innerHeight;
  tip.style.top = `${isBelow ? cell.bottom + 4 : cell.top - box.height - 4}px`;
  tip.style.left = `${Math.max(12, Math.min(cell.left, innerWidth - box.width - 12))}px`;
}

function hide() {
  if (shown) tip.hidePopover();
  shown = null;
}

const failed = (target) => target.closest?.(".cell > a[aria-describedby]") ?? null;

// The pointer may go from the cell to what it says.
function over(event) {
  const link = failed(event.target);
  if (link && link !== shown) showFor(link);
  else if (!link && !tip.contains(event.target)) hide();
}

document.addEventListener("pointerover", over);
document.addEventListener("focusin", over);
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
document.addEventListener("scroll", hide, true);

let place = { left: 0, top: 0 };
document.addEventListener("scroll", ({ target }) => {
  if (target.id === "board") place = { left: target.scrollLeft, top: target.scrollTop };
}, true);
document.addEventListener("htmx:load", () => {
  if (shown && !shown.isConnected) hide();
  document.querySelector("#board")?.scrollTo({ ...place, behavior: "instant" });
});
