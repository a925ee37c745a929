// What every page does: keys, and a viewer that was asked to run at once.

document.addEventListener("keydown", (event) => {
  const runs = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (runs) document.querySelector("#query")?.requestSubmit();
  if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    const find = document.querySelector("[data-find]");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  }
});

function showTrouble(hidden) {
  const trouble = document.querySelector("#trouble");
  if (trouble) trouble.hidden = hidden;
}

document.addEventListener("htmx:beforeRequest", () => showTrouble(true));
document.addEventListener("htmx:sendError", () => showTrouble(false));
document.addEventListener("htmx:responseError", (event) => {
  // 502 is AWS's fault and brings its own message.
  if (event.detail.xhr.status >= 500 && event.detail.xhr.status !== 502) showTrouble(false);
});

document.querySelector("form[data-autorun]")?.requestSubmit();
