// Binds behaviours to the elements that ask for them with data-behaviour="name". Those of every page come with `app.js`,
// others with the script of their page, or with what is drawn later and has them.
import { markKeys } from "./keys.js";

const known = {};
const bound = new WeakMap();

/** Take in behaviours by their names, and bind them to what waits for them. */
export function offer(behaviours) {
  Object.assign(known, behaviours);
  bind(document);
}

/** Bind what is new below an element; what is bound already is left alone. */
export function bind(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    const names = element.dataset.behaviour.split(" ").filter((name) => name in known && !bound.get(element)?.has(name));
    if (names.length === 0) continue;
    bound.set(element, new Set([...(bound.get(element) ?? []), ...names]));
    for (const name of names) known[name](element, bind);
  }
  markKeys(root);
}

for (const change of ["htmx:after:swap", "tiles:drawn"]) document.addEventListener(change, () => bind(document));
