// Light, dark or as the system is, at once; the cookie lets the server draw the next page so.
// See mediaweb/web/themes.py.
const YEAR_SECONDS = 365 * 24 * 3600;
const root = document.documentElement;

export default function start(group) {
  const choices = group.querySelector("[data-role=choices]");
  group.querySelector("[data-role=link]").hidden = true;
  choices.hidden = false;
  choices.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button !== null) choose(button.value, choices);
  });
  addEventListener("pageshow", () => show(root.dataset.theme ?? "auto", choices));
}

function choose(theme, choices) {
  const isSecure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "auto" ? 0 : YEAR_SECONDS;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${isSecure}`;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.querySelector("meta[name=color-scheme]").content = theme === "auto" ? "light dark" : theme;
  const colour = getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.content = colour;
  show(theme, choices);
  document.dispatchEvent(new Event("themechange"));
}

function show(theme, choices) {
  for (const button of choices.children) button.ariaPressed = String(button.value === theme);
}
