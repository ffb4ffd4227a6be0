// Starts Swagger UI on our own description of the API; nothing is asked of any other host.
const container = document.querySelector("#operations");
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const followScheme = () =>
  root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);

followScheme();
dark.addEventListener("change", followScheme);
document.addEventListener("themechange", followScheme);

window.SwaggerUIBundle({
  url: container.dataset.url,
  domNode: container,
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
