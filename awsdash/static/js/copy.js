// Copies: [data-copy="#id"] an element's text, [data-copy-text] a text, [data-copy-link] the
// address of what the page shows. The button says that it did.

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS browsers offer only this.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text], [data-copy-link]");
  if (!button) return;
  const { copy: selector, copyText } = button.dataset;
  const text = selector ? document.querySelector(selector).textContent : (copyText ?? location.href);
  await copy(text);
  button.classList.add("done");
  const said = document.querySelector("#said");
  if (said) said.textContent = "Copied";
  setTimeout(() => button.classList.remove("done"), 1200);
});
