// Starts Swagger UI on our own description of the API; nothing is asked of any other host.
const container = document.querySelector("#documentation");
const UNREADABLE = "The documentation could not be loaded. Reload the page to try again.";

/** Takes the place of what Swagger UI draws in ways that keep some people out (WCAG 1.3.1, 2.1.1, 4.1.2). */
const ownParts = ({ React: { createElement } }) => ({
  components: {
    // Its own layout brings a second <main>, and leaves out a level of headings.
    DocsLayout({ getComponent, specSelectors }) {
      const part = (name, properties) => createElement(getComponent(name, true), properties);
      const status = specSelectors.loadingStatus();
      if (status === "failed") return createElement("p", { className: "lead", role: "alert" }, UNREADABLE);
      if (status !== "success") return null;
      return createElement(
        "div",
        { className: "swagger-ui" },
        part("Markdown", { className: "docs__about", source: specSelectors.info().get("description") }),
        createElement("h2", { className: "visually-hidden" }, "Operations"),
        part("operations"),
        part("Models"),
      );
    },
    // Its links lie in buttons that do the same and put the same address into the bar.
    DeepLink: ({ text }) => createElement("span", null, text),
    // Nor does a button to copy the path, that only a mouse would find, belong there.
    CopyToClipboardBtn: () => null,
    // What may have to be scrolled takes the focus.
    PlainTextViewer: ({ className = "", children }) =>
      createElement("pre", { className: `microlight ${className}`, tabIndex: 0 }, children),
  },
});

/** Lays Swagger UI's style sheet below all of ours, whatever its selectors. `@import` could, too, if axe-core read it. */
const layStyles = async () => {
  const answer = await fetch(container.dataset.styles);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer swagger-ui { ${await answer.text()} }`);
  document.adoptedStyleSheets.push(sheet);
};

/** Gives fields the names that stand beside them, and tables their meaning back. */
const amend = () => {
  const fields = container.querySelectorAll(":is(select, textarea, input:not([type=checkbox])):not([aria-label])");
  for (const field of fields) {
    const row = field.closest("[data-param-name], [data-property-name]");
    field.setAttribute("aria-label", row?.dataset.paramName ?? row?.dataset.propertyName ?? "Request body");
  }
  for (const table of container.querySelectorAll("table[role=region]")) table.removeAttribute("role");
  // All have the same id there, and the label is around its box anyway.
  for (const label of container.querySelectorAll("label[for=include_empty_value]")) label.removeAttribute("for");
};

await layStyles();
new MutationObserver(amend).observe(container, { childList: true, subtree: true });

window.SwaggerUIBundle({
  url: container.dataset.url,
  domNode: container,
  plugins: [ownParts],
  layout: "DocsLayout",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: false },
});
