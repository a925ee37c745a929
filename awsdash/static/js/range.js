// The shared time range control, and whatever else sets a range: presets, pickers, a drag.

const field = (name) => document.querySelector(`[form=query][name=${name}]`);

function label(from, to) {
  const preset = document.querySelector(`[data-range] [data-from="${CSS.escape(from)}"]`);
  if (preset && (!to || to === "now")) return preset.textContent;
  // The same day is said once.
  const day = from.slice(0, "2026-11-22".length);
  const end = /^\d/.test(day) && to.startsWith(`${day} `) ? to.slice(day.length + 1) : to;
  return `${from || "the beginning"} to ${end || "now"}`;
}

function show() {
  const shown = document.querySelector("[data-range] [data-shown]");
  if (!shown) return;
  const [from, to] = [field("startTime").value, field("endTime").value];
  shown.textContent = label(from, to);
  for (const preset of document.querySelectorAll("[data-range] [data-from]")) {
    const isOn = preset.textContent === shown.textContent;
    preset.setAttribute("aria-pressed", String(isOn));
  }
}

// Sets the range; a page that shows a result already is brought up to date at once.
export function setRange(from, to) {
  field("startTime").value = from;
  field("endTime").value = to;
  show();
  if (document.querySelector("#job[data-result], #query[data-eager]")) document.querySelector("#query").requestSubmit();
}

document.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-range] [data-from]");
  if (preset) {
    preset.closest("details").open = false;
    setRange(preset.dataset.from, "");
  }
  const zone = event.target.closest("[data-zone]");
  if (zone) {
    const name = zone.dataset.zone && Intl.DateTimeFormat().resolvedOptions().timeZone;
    document.cookie = `zone=${name}; path=/; max-age=${name ? 31536000 : 0}; samesite=lax`;
    location.reload();
  }
});
document.addEventListener("change", (event) => {
  const picked = event.target.closest?.("[data-pick]");
  if (picked) field(picked.dataset.pick).value = picked.value.replace("T", " ");
  if (picked || event.target.matches?.("[data-range] input")) show();
});
document.addEventListener("submit", (event) => {
  const open = event.target.id === "query" && document.querySelector("[data-range][open]");
  if (open) open.open = false;
});
