// Selects by keys. Never while one types, and not while something lies over the tiles.
import { ITEM, boxOf } from "./selection.js";

/** For the help: what is pressed, and what it does. */
export const KEYS = [
  ["x", "Select the tile that has the focus"],
  ["Shift x", "Select all up to it"],
  ["Shift Arrow", "Select more, tile by tile"],
  ["Ctrl a", "Select all that are loaded"],
  ["Delete", "Delete what is selected"],
  ["Escape", "Clear the selection"],
];

const TYPED_IN = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function followKeys(grid, selection, bar) {
  const actions = { x: pick, X: pick, a: pickAll, Delete: remove, Escape: clear };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.target.closest(TYPED_IN)) return;
    if (document.querySelector("dialog[open], .pswp--open")) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl !== (event.key === "a")) return;
    if (actions[event.key]?.(event)) event.preventDefault();
  });
  grid.addEventListener("tile-reached", (event) => {
    if (!event.detail.isExtending) return;
    if (selection.size === 0) selection.set([boxOf(event.detail.from)], true);
    selection.extendTo(boxOf(event.target));
  });

  function pick(event) {
    const item = event.target.closest(ITEM);
    if (item === null) return false;
    if (event.shiftKey) selection.extendTo(boxOf(item));
    else selection.toggle(boxOf(item));
    return true;
  }

  function pickAll(event) {
    const isHere = event.target === document.body || event.target.closest(".gallery, .picks, #main") !== null;
    if (!isHere || selection.boxes.length === 0) return false;
    selection.all();
    return true;
  }

  function remove() {
    if (selection.size === 0) return false;
    bar.remove();
    return true;
  }

  function clear() {
    if (selection.size === 0) return false;
    bar.clear();
    return true;
  }
}
