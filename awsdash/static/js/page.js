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

document.querySelector("form[data-autorun]")?.requestSubmit();
