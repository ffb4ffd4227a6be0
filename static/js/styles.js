// Loads style sheets for what is drawn later; what is drawn before would be seen without them.

/** Load those that the page does not have. Their addresses are relative to this module. Raises `Error`. */
export async function loadStyles(names) {
  const has = (address) => [...document.styleSheets].some((sheet) => sheet.href === address);
  const missing = names.map((name) => new URL(name, import.meta.url).href).filter((address) => !has(address));
  await Promise.all(missing.map(load));
}

function load(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`${href} could not be loaded`));
    });
    document.head.append(link);
  });
}
