// Keeps the tiles of a long day in lists of some rows each. To the eye they are one, but what is far away is skipped as
// a whole, and more tiles lay out only the last list anew: thousands scroll as some hundred do.
const LEAST = 20;
const MOST = 60;
const PULLED = 10;

let grid = null;
let width = 0;
let frame = 0;
const changes = new MutationObserver(tend);
const sizes = new ResizeObserver(resize);

/** Tend the lists of a grid from now on: whatever is put among its tiles or taken away, however wide it gets. */
export function tendRows(element) {
  changes.disconnect();
  sizes.disconnect();
  grid = element;
  width = grid.clientWidth;
  settleSoon();
  changes.observe(grid, { childList: true, subtree: true });
  sizes.observe(grid);
}

/** Do at once what would be done in a moment: for who measures what a change did to the page. */
export function tendRowsNow() {
  if (grid?.isConnected) tend(changes.takeRecords());
}

/** Add tiles at the end of a day. Of those that are there only the last row is moved. */
export function addRows(day, tiles) {
  tendRowsNow();
  let list = listsOf(day).at(-1);
  const last = list.childElementCount < LEAST ? 0 : findRows(list).at(-1);
  if (last > 0) keepingFocus(() => (list = cut(list, last)));
  unsettle(list);
  list.append(...tiles);
  changes.takeRecords();
  settleSoon();
}

/** Return the tile that follows one in its day; null for the last. */
export function tileAfter(item) {
  return item.nextElementSibling ?? nextOf(item.parentElement)?.firstElementChild ?? null;
}

/** Put a tile into a day: before another of it, or at its end. */
export function insertTile(item, day, next) {
  if (next?.closest(".day") === day) next.before(item);
  else listsOf(day).at(-1).append(item);
}

function tend(records) {
  const touched = new Set(records.map((record) => record.target));
  for (const list of touched) if (list.matches(".tiles") && grid.contains(list)) keepingFocus(() => flow(list));
  changes.takeRecords();
  settleSoon();
}

function resize() {
  if (!grid.isConnected || grid.clientWidth === width) return;
  width = grid.clientWidth;
  tendRowsNow();
  listsOf(grid).forEach(unsettle);
  keepingFocus(() => {
    for (const day of grid.querySelectorAll(".day:has([data-full])")) flow(listsOf(day)[0], true);
  });
  changes.takeRecords();
  settleSoon();
}

/** Let every list of a day end with a full row, from this one on up to where they do so already. */
function flow(list, toTheEnd = false) {
  let isSame = false;
  while (list && (toTheEnd || !isSame)) {
    unsettle(list);
    const count = list.childElementCount;
    const end = findEnd(list);
    isSame = end === count;
    if (count > MOST && end < count) addList(list);
    if (end < list.childElementCount) cut(list, end);
    const next = nextOf(list);
    list.toggleAttribute("data-full", next !== null);
    if (next && list.childElementCount === 0) list.remove();
    list = next;
  }
}

/** Return how many tiles a list should have, to end with a full row; tiles of the next are taken to see it. */
function findEnd(list) {
  const count = list.childElementCount;
  if (count > MOST) return findRows(list).find((start) => start >= LEAST) ?? count;
  for (let next = nextOf(list); next; next = nextOf(list)) {
    list.removeAttribute("data-full");
    list.append(...[...next.children].slice(0, PULLED));
    if (next.childElementCount === 0) next.remove();
    const end = findRows(list).find((start) => start >= count);
    if (end !== undefined) return end;
  }
  return list.childElementCount;
}

/** Move the tiles from a place on to the next list, or a new one; return that. */
function cut(list, at) {
  const next = nextOf(list) ?? addList(list);
  unsettle(next);
  next.prepend(...[...list.children].slice(at));
  list.setAttribute("data-full", "");
  return next;
}

function addList(list) {
  const next = list.cloneNode(false);
  list.after(next);
  return next;
}

/** Return the places of the tiles that begin a row. */
function findRows(list) {
  const tops = [...list.children].map((item) => item.offsetTop);
  return [...tops.keys()].filter((at) => tops[at] !== tops[at - 1]);
}

/** In the next frame all is laid out, so that to measure costs nothing. */
function settleSoon() {
  frame ||= requestAnimationFrame(settle);
}

/** Note how high the lists are: so much room is kept for them while they are skipped. */
function settle() {
  frame = 0;
  const lists = [...grid.querySelectorAll(".tiles:not([data-settled])")];
  const heights = lists.map((list) => list.clientHeight - parseFloat(getComputedStyle(list).paddingTop));
  lists.forEach((list, at) => {
    list.style.containIntrinsicBlockSize = `auto ${heights[at]}px`;
    list.setAttribute("data-settled", "");
  });
}

function unsettle(list) {
  list.removeAttribute("data-settled");
  list.style.removeProperty("contain-intrinsic-block-size");
}

/** What has the focus loses it where it is moved. */
function keepingFocus(move) {
  const focused = document.activeElement;
  move();
  if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
}

const listsOf = (root) => [...root.querySelectorAll(".tiles")];

const nextOf = (list) => (list.nextElementSibling?.matches(".tiles") ? list.nextElementSibling : null);
