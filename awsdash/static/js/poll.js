// Keeps a fragment up to date: asks again after the delay the server states, until the server
// sends a fragment that no longer asks to be polled, or the fragment leaves the page.
//
//   <section data-poll="/jobs/…/poll/?seen=3-running" data-poll-delay-ms="400">
//
// 204 means unchanged. A failed request says nothing about the job, so it is asked again, less and
// less often. A tab that nobody looks at asks nothing.

import { showTrouble } from "./page.js";

const TIMEOUT_MS = 20_000;
const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 30_000;
// One failure is a hiccup.
const TROUBLED_AFTER = 2;

const polls = new Map();

class Poll {
  #element;
  #timer;
  #request = null;
  #failures = 0;

  constructor(element) {
    this.#element = element;
    this.#askIn(Number(element.dataset.pollDelayMs) || RETRY_MS);
  }

  async ask() {
    if (document.hidden || this.#request) return;
    clearTimeout(this.#timer);
    this.#request = new AbortController();
    const answer = await this.#fetch(this.#request).catch(() => null);
    this.#request = null;
    if (!this.#element.isConnected) return;
    if (answer) this.#take(answer);
    else this.#fail();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#recover();
  }

  #askIn(delayMs) {
    this.#timer = setTimeout(() => this.ask(), delayMs);
  }

  // The body is read within the time limit too.
  async #fetch(request) {
    const limitMs = Number(this.#element.dataset.pollTimeoutMs) || TIMEOUT_MS;
    const limit = setTimeout(() => request.abort(), limitMs);
    try {
      const response = await fetch(this.#element.dataset.poll, {
        headers: { "HX-Request": "true", "HX-Current-URL": location.href },
        signal: request.signal,
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } finally {
      clearTimeout(limit);
    }
  }

  #take({ status, headers, text }) {
    // Gone, or not for this person any more: the page itself says so.
    const isGone = status === 403 || status === 404;
    if (!isGone && (status < 200 || status > 299)) return this.#fail();
    this.#recover();
    if (headers.has("HX-Redirect")) location.assign(headers.get("HX-Redirect"));
    else if (isGone) location.reload();
    // What somebody does inside, a cancel, brings a fragment of its own, and needs its place.
    else if (this.#element.querySelector(".htmx-request")) this.#askIn(RETRY_MS);
    else if (status === 204) this.#askIn(Number(headers.get("Poll-Delay-Ms")) || RETRY_MS);
    // Keeps the focus too: on the element that has the id of the focused one.
    else window.htmx.swap(this.#element, text, { swapStyle: "outerHTML" });
  }

  #recover() {
    if (this.#failures >= TROUBLED_AFTER) showTrouble(false);
    this.#failures = 0;
  }

  #fail() {
    this.#failures += 1;
    if (this.#failures >= TROUBLED_AFTER) showTrouble(true);
    this.#askIn(Math.min(this.#failures * RETRY_MS, LONGEST_RETRY_MS));
  }
}

function start(root) {
  const found = root.matches?.("[data-poll]") ? [root] : root.querySelectorAll("[data-poll]");
  for (const element of found) {
    if (!polls.has(element)) polls.set(element, new Poll(element));
  }
}

function stopThoseThatLeft() {
  for (const [element, poll] of polls) {
    if (element.isConnected) continue;
    poll.stop();
    polls.delete(element);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
document.addEventListener("visibilitychange", () => {
  for (const poll of polls.values()) poll.ask();
});
new MutationObserver(stopThoseThatLeft).observe(document.body, { childList: true, subtree: true });
