// Keeps a fragment up to date: asks again after the delay the server states, until the server
// sends a fragment that no longer asks to be polled.
//
//   <section data-poll="/jobs/…/poll/?seen=3-running" data-poll-delay-ms="400">
//
// 204 means unchanged; a failed request says nothing about the job, so it is asked again.

const RETRY_MS = 3000;
const started = new WeakSet();

async function ask(element) {
  const response = await fetch(element.dataset.poll, {
    headers: { "HX-Request": "true", "HX-Current-URL": location.href },
  });
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  if (response.status === 204) {
    return schedule(element, Number(response.headers.get("Poll-Delay-Ms")) || RETRY_MS);
  }
  // Gone, or not for this person any more: the page itself says so.
  if (response.status === 403 || response.status === 404) return location.reload();
  if (!response.ok) return schedule(element, RETRY_MS);
  const text = await response.text();
  if (element.isConnected) window.htmx.swap(element, text, { swapStyle: "outerHTML" });
}

function schedule(element, delayMs) {
  setTimeout(() => {
    if (element.isConnected) ask(element).catch(() => schedule(element, RETRY_MS));
  }, delayMs);
}

function start(root) {
  const found = root.matches?.("[data-poll]") ? [root] : root.querySelectorAll("[data-poll]");
  for (const element of found) {
    if (started.has(element)) continue;
    started.add(element);
    schedule(element, Number(element.dataset.pollDelayMs) || RETRY_MS);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
