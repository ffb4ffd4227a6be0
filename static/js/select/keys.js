// Selects by keys. Never while one types, and not while something lies over the tiles.
import { describeKeys, mayBeShortcut } from "../keys.js";
import { ITEM, boxOf } from "./selection.js";

const group = "Tiles";
const KEYS = [
  { keys: ["x"], label: "Select the tile that has the focus", group },
  { keys: ["Shift", "x"], label: "Select all up to it", group },
  { keys: ["Shift", "Arrow"], label: "Select more, tile by tile", group },
  { keys: ["Ctrl", "a"], label: "Select all that are loaded", group },
  { keys: ["Delete"], label: "Delete what is selected", group },
  { keys: ["Escape"], label: "Clear the selection", group },
];

const TYPED_IN = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function followKeys(grid, selection, bar) {
  const isCovered = () => document.querySelector("dialog[open], .pswp--open") !== null;
  describeKeys(KEYS, () => !isCovered());
  const actions = { x: pick, X: pick, a: pickAll, Delete: remove, Escape: clear };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.target.closest(TYPED_IN)) return;
    if (isCovered()) return;
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
    if (item === null || !mayBeShortcut(event)) return false;
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
