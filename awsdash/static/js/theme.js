// Light, dark, or as the system has it; a cookie, so that the server renders it at once.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-is]");
  if (!button) return;
  const theme = button.dataset.themeIs;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const other of document.querySelectorAll("[data-theme-is]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
});
