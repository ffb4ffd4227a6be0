// Starts Swagger UI on our own description of the API; nothing is asked of any other host.
const container = document.querySelector("#operations");
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

followScheme();
dark.addEventListener("change", followScheme);

window.SwaggerUIBundle({
  url: container.dataset.url,
  domNode: container,
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
