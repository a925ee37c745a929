// Dialogs: <button data-opens="help"> opens the one with that id, a click beside it closes it.
// Escape, and the focus's way back to where it was, are the browser's own.

export function isOpen() {
  return document.querySelector("dialog[open]") !== null;
}

// Whether there is such a dialog; one that is open already stays alone.
export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !isOpen()) {
    dialog.showModal();
    dialog.dispatchEvent(new Event("opened"));
  }
  return dialog !== null;
}

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) open(opener.dataset.opens);
  // The sheet inside covers the dialog: what reaches the dialog itself fell on its backdrop.
  if (target.matches("dialog")) target.close();
});
