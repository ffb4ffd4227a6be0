// Moves the focus from tile to tile by the arrow keys; up and down to the tile nearest in the next row.
const ITEM = ".tiles__item";
const SAME_ROW_PX = 2;

export default function start(grid) {
  grid.addEventListener("keydown", (event) => {
    const from = event.target.closest(ITEM);
    if (from === null || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const items = [...grid.querySelectorAll(ITEM)];
    const to = find(event.key, items, items.indexOf(from));
    if (!to) return;
    event.preventDefault();
    to.querySelector(".tile").focus();
    const detail = { from, isExtending: event.shiftKey };
    to.dispatchEvent(new CustomEvent("tile-reached", { bubbles: true, detail }));
  });
}

function find(key, items, at) {
  const forward = getComputedStyle(items[at]).direction === "rtl" ? -1 : 1;
  const found = {
    ArrowRight: () => items[at + forward],
    ArrowLeft: () => items[at - forward],
    ArrowDown: () => nearest(items, at, 1),
    ArrowUp: () => nearest(items, at, -1),
    Home: () => items[0],
    End: () => items.at(-1),
  };
  return found[key]?.();
}

function nearest(items, at, step) {
  const { top, left, right } = items[at].getBoundingClientRect();
  const middle = (left + right) / 2;
  let best = null;
  let row = null;
  for (let other = at + step; other >= 0 && other < items.length; other += step) {
    const box = items[other].getBoundingClientRect();
    if (Math.abs(box.top - top) <= SAME_ROW_PX) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) > SAME_ROW_PX) break; // the row behind the next one
    const distance = Math.max(box.left - middle, middle - box.right, 0);
    if (best === null || distance < best.distance) best = { distance, item: items[other] };
  }
  return best?.item;
}
