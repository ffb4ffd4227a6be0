// The tiles in the order in which one walks through them. The grid is the list: what comes there comes here.
const NEAR_END = 5;

export class TileList {
  constructor(gallery) {
    this.gallery = gallery;
    this.ids = this.read();
  }

  /** How many there are; PhotoSwipe asks by this name. */
  get length() {
    return this.ids.length;
  }

  /** Return the tiles that there are now, by id. */
  read() {
    return [...this.gallery.querySelectorAll(".tiles__item")].map((tile) => tile.id);
  }

  tileAt(index) {
    return document.getElementById(this.ids[index]);
  }

  indexOf(id) {
    return this.ids.indexOf(id);
  }

  /** Have the grid go on before the end is reached, at either end. */
  loadAround(index) {
    if (index >= this.length - NEAR_END) this.link("older")?.click();
    if (index < NEAR_END) this.link("newer")?.click();
  }

  link(role) {
    return this.gallery.querySelector(`[data-role=${role}]:not([aria-busy])`);
  }

  /** Say which of how many; nothing where it isn't known how many come before. */
  describePlace(index) {
    if (this.link("newer") !== null) return "";
    const isMore = this.gallery.querySelector("[data-role=older]") !== null;
    return `${index + 1} of ${this.length}${isMore ? "+" : ""}`;
  }
}

/** Bring the slides in line with the grid, which may have changed. What is shown stays, unless it is gone itself.
    Return whether that could be done: not while slides move, or the first one still opens. */
export function realign(pswp, list) {
  const old = list.ids;
  const now = list.read();
  const isLonger = old.every((id, index) => id === now[index]);
  const moves = pswp.mainScroll.isShifted() || pswp.potentialIndex !== pswp.currIndex;
  if ((moves || !pswp.opener.isOpen) && !isLonger) return false;
  list.ids = now;
  if (now.length === 0) pswp.close();
  else if (!isLonger) renumber(pswp, list, old);
  if (now.length > 0 && !moves) fillHolders(pswp);
  return true;
}

function renumber(pswp, list, old) {
  const isGone = list.indexOf(old[pswp.currIndex]) < 0;
  pswp.currIndex = pswp.potentialIndex = nearestOf(old, pswp.currIndex, list);
  old.forEach((_, index) => pswp.contentLoader.removeByIndex(index));
  for (const { slide } of pswp.mainScroll.itemHolders) {
    if (!slide) continue;
    slide.index = slide.content.index = list.indexOf(slide.data.id);
    if (slide.index >= 0 && !isGone) pswp.contentLoader.addToCache(slide.content);
  }
  if (isGone) {
    // All anew: what a neighbour shows would be taken from it, and go with it when that is made anew, too.
    fillHolders(pswp, true);
    pswp.contentLoader.updateLazy();
  }
  pswp.dispatch("change");
}

/** Before, here and after; what is in its place already is left alone. */
function fillHolders(pswp, isAnew = false) {
  if (!pswp.opener.isOpen) return;
  pswp.mainScroll.itemHolders.forEach((holder, place) => pswp.setContent(holder, pswp.currIndex + place - 1, isAnew));
}

/** Return the place of what was there, or of what came next to it. */
function nearestOf(old, index, list) {
  const next = old.slice(index).find((id) => list.indexOf(id) >= 0);
  return next === undefined ? list.length - 1 : list.indexOf(next);
}
