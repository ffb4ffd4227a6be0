// The viewer over the gallery: PhotoSwipe shows the pictures of the tiles, the server's part of each media the rest.
import PhotoSwipe from "../../vendor/photoswipe/photoswipe.esm.min.js";
import * as address from "./address.js";
import { makeActions } from "./actions.js";
import { Details } from "./details.js";
import { readItem } from "./items.js";
import { describeKeys } from "../keys.js";
import { KEYS, listenToKeys } from "./keys.js";
import { realign, TileList } from "./list.js";
import { makeOptions } from "./options.js";
import { Panel } from "./panel.js";
import "../media_parts.js";
import { refresh } from "../results.js";
import { idOf, removeTile } from "../tiles.js";
import { extendSlides } from "./slides.js";
import { loadStyles } from "../styles.js";

const STYLES = ["../vendor/photoswipe/photoswipe.css", "../css/components/viewer.css", "../css/components/lightbox.css"];

/** Load all that the viewer takes; return it, closed. */
export async function prepare(gallery, dialog, bind) {
  await loadStyles(STYLES);
  return new Viewer(gallery, dialog, bind);
}

class Viewer {
  constructor(gallery, dialog, bind) {
    Object.assign(this, { gallery, dialog, pswp: null, next: null });
    this.frame = this.find("[data-role=frame]");
    this.panel = new Panel(dialog, bind);
    this.details = new Details(this, bind);
    this.actions = makeActions(this);
    this.follower = new MutationObserver(() => this.follow());
    listenToKeys(dialog, this.actions);
    const listed = KEYS.map((entry) => ({ ...entry, group: "Over the gallery" }));
    describeKeys(listed, () => dialog.open);
    dialog.addEventListener("click", (event) => this.actions.press(event));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault(); // of Esc the keys take care, this is a phone's gesture
      this.actions.close();
    });
    this.overdue = new Set();
    gallery.addEventListener("tile-gone", (event) => this.keep(event));
    document.addEventListener("gallery:told", ({ detail }) => {
      for (const id of detail.ids) this.overdue.delete(`media-${id}`);
      this.details.renewThese(detail.ids);
    });
    new ResizeObserver(() => this.pswp?.updateSize()).observe(this.frame);
  }

  find(selector) {
    return this.dialog.querySelector(selector);
  }

  get item() {
    return this.pswp.currSlide.data;
  }

  isShowing(id) {
    return this.pswp !== null && !this.pswp.isDestroying && this.pswp.currSlide?.data.id === id;
  }

  /** Show a tile's media over the gallery. */
  open(id, { isReturn = false } = {}) {
    if (this.pswp !== null) {
      this.openLater(id);
      return;
    }
    this.list = new TileList(this.gallery);
    const index = this.list.indexOf(id);
    address.enter(readItem(this.list.tileAt(index)), isReturn);
    this.dialog.removeAttribute("data-quiet");
    this.panel.restore();
    this.dialog.showModal();
    this.dialog.focus();
    this.start(index);
  }

  /** It is open: go there, or once it is closed where it closes already. */
  openLater(id) {
    if (this.pswp.isDestroying) this.next = id;
    else if (id !== this.item.id) this.pswp.goTo(this.list.indexOf(id));
  }

  start(index) {
    const slides = this.find("[data-role=slides]");
    const onTap = () => this.dialog.toggleAttribute("data-quiet");
    this.pswp = new PhotoSwipe(makeOptions({ frame: this.frame, slides, list: this.list, index, onTap }));
    this.pswp.on("uiRegister", () => (this.pswp.ui.uiElementsData.length = 0));
    this.pswp.addFilter("itemData", (_, at) => readItem(this.list.tileAt(at)));
    this.pswp.addFilter("thumbEl", (_, item) => thumbnailOf(item));
    extendSlides(this.pswp);
    this.pswp.on("pointerDown", (event) => this.details.editing.isChanged && event.preventDefault());
    this.pswp.on("change", () => this.show());
    this.pswp.on("close", () => {
      this.dialog.dataset.closing = "";
      address.leave();
    });
    this.pswp.on("destroy", () => this.end());
    this.pswp.on("openingAnimationEnd", () => this.wantsToLeave && this.leave());
    this.wantsToLeave = false;
    this.follower.observe(this.gallery, { childList: true, subtree: true });
    this.pswp.init();
    this.pswp.element.removeAttribute("role"); // the dialog around it is one
  }

  /** Another slide is shown. */
  show() {
    const { item, pswp, list } = this;
    address.moveTo(item);
    this.removeOverdue(item.id);
    this.dialog.setAttribute("aria-label", item.name);
    const place = list.describePlace(pswp.currIndex);
    this.find("[data-role=count]").textContent = place;
    this.find("[data-role=said]").textContent = place ? `${place}: ${item.name}` : item.name;
    this.actions.update();
    this.details.show(item);
    document.getElementById(item.id)?.scrollIntoView({ block: "nearest", behavior: "instant" });
    list.loadAround(pswp.currIndex);
  }

  /** What is shown leaves the list: it may still be seen, or the server says why not. */
  keep(event) {
    if (!this.isShowing(event.target.id)) return;
    event.preventDefault();
    this.overdue.add(event.target.id);
    const isOurDoing = this.panel.find("delete")?.dataset.sent !== undefined;
    if (!isOurDoing) this.details.renewThese([idOf(event.target)]);
  }

  removeOverdue(shownId) {
    for (const id of this.overdue) {
      if (id === shownId) continue;
      this.overdue.delete(id);
      removeTile(this.gallery, Number(id.slice("media-".length)));
    }
  }

  /** Keep up with the grid. */
  follow() {
    if (this.pswp === null || this.pswp.isDestroying) return;
    if (!realign(this.pswp, this.list)) setTimeout(() => this.follow(), 100);
    else if (this.list.length > 0) this.actions.update();
  }

  /** Close, also while it still opens. */
  leave() {
    this.wantsToLeave = true;
    this.pswp?.close();
  }

  /** The browser went back to the list: it comes here once more, should that drop what was edited. */
  leaveByHistory() {
    if (this.pswp === null || this.details.editing.mayLeave()) this.leave();
    else address.comeBack(this.item);
  }

  end() {
    const { id } = this.item;
    this.follower.disconnect();
    this.removeOverdue();
    this.details.stop();
    this.pswp = null;
    delete this.dialog.dataset.closing;
    this.dialog.close();
    const tile = document.getElementById(id);
    tile?.scrollIntoView({ block: "nearest", behavior: "instant" });
    (tile?.querySelector(".tile") ?? document.querySelector("main")).focus({ preventScroll: true });
    if (this.gallery.querySelector(".tiles__item") === null) refresh(); // it says what to do then
    if (this.next !== null) this.open(this.next, { isReturn: address.isEntered() });
    this.next = null;
  }
}

function thumbnailOf(item) {
  return item.type === "image" ? document.getElementById(item.id)?.querySelector(".tile__picture") : undefined;
}
