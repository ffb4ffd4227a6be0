// Brings the tiles in line with what the server tells: how they are now, and which are in the list no more.
import { keepingPlace } from "../place.js";
import { refresh } from "../results.js";
import { findSpot, idOf, listDrawn, noteTold, putTile, redrawTiles, removeTile } from "../tiles.js";
import { NewOnes } from "./new_ones.js";

const MOST_WAIT_MS = 1000; // everybody is told at the same moment; not everybody asks then
const PLACED_MS = 5000;

export class LiveList {
  #toRedraw = new Set();
  #timer = 0;

  constructor(gallery) {
    this.gallery = gallery;
    this.newOnes = new NewOnes(gallery, (tiles) => this.#insert(tiles));
    document.addEventListener("gallery:state", () => this.newOnes.clear());
  }

  /** Take a message; for htmx, return that nothing is left to be done. */
  take(fragment) {
    const { reset, gone = "", places = "" } = fragment.querySelector("[data-role=news]").dataset;
    if (reset === undefined) this.#follow(listDrawn(fragment), readIds(gone), readPlaces(places));
    else setTimeout(() => this.#reload(), Math.random() * MOST_WAIT_MS);
    return [];
  }

  #follow(drawn, gone, placed) {
    const ids = [...drawn, ...placed].map(({ item }) => idOf(item));
    noteTold([...ids, ...gone]);
    if (this.gallery.querySelector(".days") !== null) {
      gone.forEach((id) => this.#remove(id));
      this.#put(drawn);
      this.#note(placed);
    } else if (ids.length > 0) {
      refresh(); // there is something to show now
    }
    document.dispatchEvent(new CustomEvent("gallery:told", { detail: { ids } }));
  }

  /** Whoever shows the tile's media may keep it for a while. */
  #remove(id) {
    this.newOnes.delete(id);
    const item = document.getElementById(`media-${id}`);
    if (item?.dispatchEvent(new CustomEvent("tile-gone", { bubbles: true, cancelable: true }))) removeTile(this.gallery, id);
  }

  #put(tiles) {
    const isWaiting = ({ item }) => this.newOnes.wouldMove(item);
    this.newOnes.hold(tiles.filter(isWaiting));
    this.#insert(tiles.filter((tile) => !isWaiting(tile)));
  }

  #insert(tiles) {
    let count = 0;
    keepingPlace(this.gallery, () => {
      for (const tile of tiles) {
        this.newOnes.delete(idOf(tile.item));
        if (!putTile(this.gallery, tile)) continue;
        fadeIn(tile.item);
        count += 1;
      }
    });
    if (count > 0) this.newOnes.announce(count);
    document.dispatchEvent(new Event("tiles:drawn"));
  }

  /** Of many at once only their places are told: those that are shown are asked for, others can be had. */
  #note(placed) {
    for (const { item } of placed) {
      if (document.getElementById(item.id) !== null) this.#toRedraw.add(idOf(item));
      else if (findSpot(this.gallery, item) !== null) this.newOnes.count(idOf(item));
    }
    if (this.#toRedraw.size === 0 || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      const ids = [...this.#toRedraw];
      this.#toRedraw.clear();
      redrawTiles(ids);
    }, Math.random() * MOST_WAIT_MS);
  }

  /** Load the list anew where it is, unless somebody is busy with it: then it is offered. */
  async #reload() {
    if (document.querySelector("dialog[open], .gallery[data-selecting]") !== null) {
      this.newOnes.offer();
      return;
    }
    this.newOnes.clear();
    const { gallery } = this;
    gallery.style.minHeight = `${gallery.offsetHeight}px`; // so that one stays where one is
    const placed = new Promise((resolve) => {
      gallery.addEventListener("gallery:placed", resolve, { once: true });
      setTimeout(resolve, PLACED_MS);
    });
    await refresh();
    if (gallery.querySelector(".days") !== null) await placed;
    gallery.style.minHeight = "";
  }
}

const readIds = (text) => text.split(" ").filter(Boolean).map(Number);

/** Return what stands for tiles that were not drawn: their ids and places. */
function readPlaces(text) {
  return text.split(" ").filter(Boolean).map((each) => {
    const [id, place] = each.split(/:(.*)/s);
    return { item: { id: `media-${id}`, dataset: { place } } };
  });
}

function fadeIn(item) {
  item.dataset.arriving = "";
  item.addEventListener("animationend", () => item.removeAttribute("data-arriving"), { once: true });
}
