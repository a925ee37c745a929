// Puts the name of a table or a column where the caret is.

const PLAIN = /^[a-z_][a-z0-9_]*$/;

// A column's name as SQL takes it: in quotes unless it is plain, and words of SQL are in quotes too.
const WORDS = new Set(["at", "by", "end", "from", "group", "in", "is", "limit", "order", "select", "table", "to", "type", "user", "when", "where", "with"]);

function quoted(name) {
  return PLAIN.test(name) && !WORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const area = document.querySelector("[data-sql]");
  if (!button || !area) return;
  const { insert, isColumn } = button.dataset;
  const text = isColumn === undefined ? insert : quoted(insert);
  if (!area.value && isColumn === undefined) {
    area.value = `SELECT *\nFROM ${text}\nLIMIT 100`;
    area.focus();
    return;
  }
  const before = area.value.slice(0, area.selectionStart);
  const gap = before && !/[\s(,."]$/.test(before) ? " " : "";
  area.focus();
  area.setRangeText(gap + text, area.selectionStart, area.selectionEnd, "end");
});
