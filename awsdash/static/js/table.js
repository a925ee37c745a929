// A table of any length: blocks of rows are fetched when they come near and dropped when they are
// far, so that the browser holds a few hundred rows of however many there are. Rows are opened by
// click, Enter, and moved through by j, k and the arrow keys.

const ROW_PX = 26;
const KEPT = 6;
const BLOCK_ROWS = 100;
const scroller = () => document.querySelector("#rows");
const open = () => document.querySelector("#detail");

let sight = null;

function watch() {
  sight?.disconnect();
  // Near is near in the table's own box, so the box is the observer's root.
  sight = new IntersectionObserver(
    (entries) => entries.filter((e) => e.isIntersecting).forEach((e) => fill(e.target)),
    { root: scroller(), rootMargin: "800px 0px" },
  );
  for (const gap of document.querySelectorAll("#rows .gap")) {
    gap.rows[0].cells[0].style.height = `${gap.dataset.rows * ROW_PX}px`;
    sight.observe(gap);
  }
  showWindow();
  markOpen();
}

function gapOf(offset, rows, columns) {
  const gap = document.createElement("tbody");
  gap.className = "gap";
  Object.assign(gap.dataset, { offset, rows });
  const cell = gap.insertRow().insertCell();
  cell.colSpan = columns;
  cell.style.height = `${rows * ROW_PX}px`;
  return gap;
}

// Of very many rows, a gap far down is many blocks, until it comes near.
function split(gap) {
  const [offset, rows] = [Number(gap.dataset.offset), Number(gap.dataset.rows)];
  const blocks = [];
  for (let done = 0; done < rows; done += BLOCK_ROWS) {
    blocks.push(gapOf(offset + done, Math.min(BLOCK_ROWS, rows - done), gap.rows[0].cells[0].colSpan));
  }
  gap.replaceWith(...blocks);
  blocks.forEach((block) => sight.observe(block));
}

async function fill(gap) {
  sight.unobserve(gap);
  if (gap.dataset.rows > BLOCK_ROWS) return split(gap);
  const blocks = scroller().dataset.blocks;
  try {
    const response = await fetch(`${blocks}&offset=${gap.dataset.offset}`, {
      headers: { "HX-Request": "true", "HX-Current-URL": location.href },
    });
    if (response.redirected || response.headers.has("HX-Redirect")) return location.reload();
    if (!response.ok) throw new Error(String(response.status));
    const template = document.createElement("template");
    template.innerHTML = `<table>${await response.text()}</table>`;
    const block = template.content.querySelector("tbody");
    if (!gap.isConnected) return undefined;
    gap.replaceWith(block);
    drop(block);
    showWindow();
    markOpen();
  } catch {
    // Asked again when it comes into sight the next time, or in a while.
    setTimeout(() => gap.isConnected && sight.observe(gap), 3000);
  }
  return undefined;
}

// The blocks farthest from the one just filled become gaps again.
function drop(near) {
  const filled = [...document.querySelectorAll("#rows tbody:not(.gap)")];
  const far = (block) => Math.abs(block.dataset.offset - near.dataset.offset);
  filled.sort((a, b) => far(a) - far(b));
  for (const block of filled.slice(KEPT)) {
    if (block.contains(document.activeElement)) continue;
    const gap = gapOf(block.dataset.offset, block.dataset.rows, block.rows[0]?.cells.length ?? 1);
    block.replaceWith(gap);
    sight.observe(gap);
  }
}

function showWindow() {
  const [box, shown] = [scroller(), document.querySelector("[data-window]")];
  if (!box || !shown) return;
  const room = box.clientHeight - box.querySelector("thead").offsetHeight;
  const first = Math.floor(box.scrollTop / ROW_PX) + 1;
  const last = Math.min(Math.ceil((box.scrollTop + room) / ROW_PX), Number(box.dataset.total));
  shown.textContent = [first, last].map((n) => n.toLocaleString("en")).join(" to ");
}

function markOpen() {
  const number = open()?.hidden ? "" : open()?.dataset.row;
  for (const row of document.querySelectorAll("#rows tr[aria-current]")) {
    if (row.dataset.row !== number) row.removeAttribute("aria-current");
  }
  if (number) document.querySelector(`#rows tr[data-row="${number}"]`)?.setAttribute("aria-current", "true");
}

function address(number) {
  const url = new URL(location.href);
  if (number === null) url.searchParams.delete("row");
  else url.searchParams.set("row", number);
  history.replaceState(history.state, "", url);
}

async function show(number) {
  const pane = open();
  pane.dataset.row = number;
  await window.htmx.ajax("GET", `${pane.dataset.rows}${number}/`, { target: pane, swap: "innerHTML" });
  pane.hidden = false;
  address(number);
  markOpen();
}

function close() {
  const pane = open();
  if (!pane || pane.hidden) return;
  pane.hidden = true;
  address(null);
  const row = document.querySelector(`#rows tr[data-row="${pane.dataset.row}"] a`);
  markOpen();
  row?.focus({ preventScroll: true });
}

// The row after or before the one that has the focus, or is open.
function neighbour(step) {
  const rows = [...document.querySelectorAll("#rows tr[data-row]")];
  const here = document.activeElement.closest?.("#rows tr[data-row]") ??
    document.querySelector("#rows tr[aria-current]");
  return rows[here ? rows.indexOf(here) + step : 0];
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-row]")) return close();
  const row = event.target.closest("#rows tr[data-row]");
  if (!row || event.ctrlKey || event.metaKey || getSelection().toString()) return undefined;
  event.preventDefault();
  row.querySelector("a")?.focus({ preventScroll: true });
  show(row.dataset.row);
  return undefined;
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea, dialog, [data-histogram]");
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) return close();
  if (isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const inTable = event.target.closest?.("#rows, #detail") || event.target === document.body;
  if (!step || !inTable || !scroller()) return undefined;
  const row = neighbour(step);
  if (!row) return undefined;
  event.preventDefault();
  row.querySelector("a").focus();
  row.scrollIntoView({ block: "nearest" });
  if (!open().hidden) show(row.dataset.row);
  return undefined;
});
document.addEventListener("scroll", (event) => event.target === scroller() && showWindow(), true);

// Rows that come, by a poll or by reading on, must not move what is being read.
let kept = null;
const keep = (isSame) => {
  const box = scroller();
  kept = box && { top: box.scrollTop, isSame: isSame(box.dataset.blocks) };
};
const restore = () => {
  const box = scroller();
  if (box && kept?.isSame(box.dataset.blocks)) box.scrollTop = kept.top;
  kept = null;
};
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id === "found") keep((before) => (after) => after === before);
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "found") restore();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig?.elt.matches(".further")) keep(() => () => true);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig?.elt.matches(".further")) restore();
});

document.addEventListener("htmx:load", watch);
watch();
if (open()?.dataset.open) show(open().dataset.open);
