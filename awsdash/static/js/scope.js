// The scope picker: one account and one region, or, at a switch, several of each. Regions are offered
// as far as a chosen account has enabled them; [data-targets] says how many targets that comes to.

import { show } from "./menu.js";

const inputs = (form, name) =>
  [...form.elements].filter((input) => input.name === name && input.matches(".menu .option input"));
const chosen = (form, name) => inputs(form, name).filter((input) => input.checked);
const codes = (account) => (account.dataset.regions ?? "").split(" ").filter(Boolean);

// The targets that are chosen: pairs of an account and a region that it has enabled.
export function targets(form) {
  const regions = new Set(chosen(form, "region").map((region) => region.value));
  return chosen(form, "accountId").flatMap((account) =>
    codes(account).filter((code) => regions.has(code)).map((code) => [account.value, code]),
  );
}

// An account's regions are those it has enabled; other accounts may need another region.
function offerRegions(form) {
  const accounts = chosen(form, "accountId").filter((account) => account.value);
  const enabled = new Set(accounts.flatMap(codes));
  const regions = inputs(form, "region");
  for (const region of regions) {
    const isOut = Boolean(region.value) && accounts.length > 0 && !enabled.has(region.value);
    region.parentElement.hidden = isOut;
    if (isOut && region.type === "checkbox") region.checked = false;
  }
  const offered = regions.filter((region) => !region.parentElement.hidden);
  // What was chosen is enabled nowhere.
  if (accounts.length && offered.length && !offered.some((region) => region.checked)) offered[0].checked = true;
}

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function count(form) {
  const told = document.querySelector(`[data-targets="${CSS.escape(form.id)}"]`);
  if (!told) return;
  const [found, accounts] = [targets(form), chosen(form, "accountId")];
  const idle = accounts.length - new Set(found.map(([account]) => account)).size;
  told.hidden = accounts.length === 1 && chosen(form, "region").length === 1;
  told.classList.toggle("bad", found.length === 0);
  const without = idle && found.length ? `, ${counted(idle, "account")} without these regions` : "";
  told.textContent = counted(found.length, "target") + without;
}

function renew(form, changed) {
  // Who takes all regions away means it.
  if (changed !== "region") offerRegions(form);
  show(inputs(form, "accountId")[0]);
  show(inputs(form, "region")[0]);
  count(form);
}

// One is chosen by a radio, several by check boxes.
function switchTo(menu, isMany) {
  const options = [...menu.querySelectorAll(".option input")];
  const kept = options.filter((option) => option.checked);
  for (const option of options) option.type = isMany ? "checkbox" : "radio";
  for (const option of options) option.checked = isMany ? kept.includes(option) : option === (kept[0] ?? options[0]);
  menu.querySelector("[data-many-only]").hidden = !isMany;
  if (options.length) renew(options[0].form);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-many]")) switchTo(target.closest(".menu"), target.checked);
  else if (target.matches(".menu .option input[name=accountId], .menu .option input[name=region]")) {
    if (target.form) renew(target.form, target.name);
  }
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-check]");
  if (!button) return;
  const options = [...button.closest(".drop").querySelectorAll(".option input")];
  const seen = options.filter((option) => option.checkVisibility());
  for (const option of seen) option.checked = button.dataset.check === "all";
  if (seen.length) renew(seen[0].form, seen[0].name);
});

const forms = new Set([...document.querySelectorAll(".menu .option input[name=accountId]")].map((i) => i.form));
for (const form of forms) if (form) offerRegions(form);
