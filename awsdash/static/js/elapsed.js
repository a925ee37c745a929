// Counts up a duration that the server rendered; the two clocks are never compared.
//
//   <span data-elapsed-ms="1234" role="timer">1.2 s</span>

const began = new WeakMap();

function words(ms) {
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function note() {
  for (const element of document.querySelectorAll("[data-elapsed-ms]")) {
    if (began.has(element)) continue;
    began.set(element, performance.now() - Number(element.dataset.elapsedMs));
  }
}

function tick() {
  note();
  for (const element of document.querySelectorAll("[data-elapsed-ms]")) {
    element.textContent = words(performance.now() - began.get(element));
  }
}

note();
document.addEventListener("htmx:load", note);
setInterval(tick, 1000);
