// What is new above what one looks at waits behind a button: so the page stays where it is.
import { firstSeen } from "../place.js";
import { refresh } from "../results.js";
import { findSpot, idOf } from "../tiles.js";

const MOST_HELD = 100;
const MOST_ARRIVED = 300; // a page that is left open does not grow for ever
const ANNOUNCE_MS = 1000;

export class NewOnes {
  // Tiles that wait, by id; null for those that are only counted.
  #waiting = new Map();
  #arrived = 0;
  #unsaid = 0;
  #timer = 0;
  #isOutdated = false;

  /** `insert` puts tiles into the list. */
  constructor(gallery, insert) {
    this.gallery = gallery;
    this.insert = insert;
    this.button = document.getElementById("new-ones");
    this.button.addEventListener("click", () => this.#show());
    addEventListener("scroll", () => scrollY < 1 && this.#release(), { passive: true });
  }

  /** Tell whether a tile that comes now would push away what one looks at. */
  wouldMove(item) {
    if (document.getElementById(item.id) !== null) return false;
    const spot = findSpot(this.gallery, item);
    if (spot === null) return false;
    if (scrollY < 1) return this.#arrived >= MOST_ARRIVED;
    const seen = firstSeen(this.gallery);
    if (!seen || !spot.after) return false;
    return spot.after === seen || Boolean(spot.after.compareDocumentPosition(seen) & Node.DOCUMENT_POSITION_FOLLOWING);
  }

  hold(tiles) {
    const isFull = () => this.#waiting.size >= MOST_HELD;
    for (const tile of tiles) this.#add(idOf(tile.item), isFull() || this.#arrived >= MOST_ARRIVED ? null : tile);
  }

  /** Take note of one that is not drawn. */
  count(id) {
    this.#add(id, null);
  }

  delete(id) {
    if (this.#waiting.delete(id)) this.#update();
  }

  /** Another list is shown, or this one anew. */
  clear() {
    this.#waiting.clear();
    this.#arrived = 0;
    this.#isOutdated = false;
    this.#update();
  }

  /** Offer to load the list anew: what is new is not known. */
  offer() {
    this.#isOutdated = true;
    this.#update();
  }

  /** Say so to who does not see them come, all that come within a second together. */
  announce(count) {
    this.#arrived += count;
    this.#say(count);
  }

  #add(id, tile) {
    const isNew = !this.#waiting.has(id);
    this.#waiting.set(id, tile);
    if (isNew) this.#say(1);
    this.#update();
  }

  #update() {
    const { size } = this.#waiting;
    const isWanted = size > 0 || this.#isOutdated;
    if (!isWanted && document.activeElement === this.button) this.#focusFirst();
    this.button.hidden = !isWanted;
    const words = this.#isOutdated ? "Show what is new" : `${size.toLocaleString("en")} new`;
    if (isWanted) this.button.querySelector("[data-role=words]").textContent = words;
  }

  /** Go to the top and show what waits there. */
  #show() {
    const areDrawn = !this.#isOutdated && [...this.#waiting.values()].every((tile) => tile !== null);
    scrollTo({ top: 0, behavior: "instant" });
    if (areDrawn) {
      this.#release();
      this.#focusFirst();
    } else {
      refresh({ isFromTop: true }).then(() => this.#focusFirst());
    }
  }

  #release() {
    const tiles = [...this.#waiting.values()].filter((tile) => tile !== null);
    if (tiles.length > 0) this.insert(tiles);
  }

  #focusFirst() {
    const first = this.gallery.querySelector(".tile");
    (first ?? document.querySelector("main")).focus({ preventScroll: true });
  }

  #say(count) {
    this.#unsaid += count;
    this.#timer ||= setTimeout(() => {
      document.getElementById("new-ones-said").textContent = `${this.#unsaid.toLocaleString("en")} new media`;
      this.#timer = this.#unsaid = 0;
    }, ANNOUNCE_MS);
  }
}
