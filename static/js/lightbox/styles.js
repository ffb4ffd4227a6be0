// The style sheets of the viewer, and of what the server draws into it; those that the page has are left out.
const NAMES = [
  "../../vendor/photoswipe/photoswipe.css",
  "../../css/components/viewer.css",
  "../../css/components/form.css",
  "../../css/components/lightbox.css",
];

/** Load them; what is drawn before would be seen without them. */
export async function loadStyles() {
  const has = (address) => [...document.styleSheets].some((sheet) => sheet.href === address);
  const missing = NAMES.map((name) => new URL(name, import.meta.url).href).filter((address) => !has(address));
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
