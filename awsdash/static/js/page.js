// What every page does: it says what changed to who listens, says when the portal does not answer,
// and runs a viewer at once that was asked to.

import "./copy.js";
import "./menu.js";
import "./scope.js";
import "./theme.js";

export function showTrouble(isShown) {
  const trouble = document.querySelector("#trouble");
  if (trouble) trouble.hidden = !isShown;
}

// Screen readers announce a region that stays; fragments come and go.
function announce() {
  const said = document.querySelector("#said");
  const texts = [...document.querySelectorAll("[data-announce]")].map((e) => e.dataset.announce);
  const text = texts.join(". ");
  if (said && said.textContent !== text) said.textContent = text;
}

document.addEventListener("htmx:beforeRequest", () => showTrouble(false));
document.addEventListener("htmx:sendError", () => showTrouble(true));
document.addEventListener("htmx:responseError", (event) => {
  // 502 is AWS's fault and brings its own message.
  if (event.detail.xhr.status >= 500 && event.detail.xhr.status !== 502) showTrouble(true);
});
document.addEventListener("htmx:load", announce);

document.querySelector("form[data-autorun]")?.requestSubmit();
