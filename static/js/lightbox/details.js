// What the server says of the media that is shown, a moment after one came to it: in the slide and in the panel.
import { showNotice } from "../notices.js";
import { change } from "../requests.js";
import { takeOutOf } from "./deletion.js";
import { Editing } from "./editing.js";
import { forgetPart, isKept, readPart } from "./parts.js";
import { replace } from "../tiles.js";
import { failSlide, fillSlide } from "./slides.js";

const PAUSE_MS = 150;

export class Details {
  constructor(viewer, bind) {
    Object.assign(this, { viewer, bind, shown: "", timer: 0, call: null });
    this.panel = viewer.panel;
    this.editing = new Editing(this.panel, {
      saved: (read) => this.take(read),
      dropped: () => this.load(this.viewer.item),
    });
    viewer.dialog.addEventListener("preview-made", (event) => {
      event.preventDefault();
      this.renew();
    });
  }

  /** Come to a media. What was asked about another is not waited for. */
  show(item) {
    if (item.id === this.shown) return;
    const isFirst = this.shown === "";
    this.shown = item.id;
    this.call?.abort();
    clearTimeout(this.timer);
    this.panel.wait();
    if (isFirst || isKept(item.address)) this.load(item);
    else this.timer = setTimeout(() => this.load(item), PAUSE_MS);
  }

  stop() {
    this.shown = "";
    this.call?.abort();
    clearTimeout(this.timer);
  }

  /** Ask anew about what is shown. */
  renew() {
    forgetPart(this.viewer.item.address);
    this.load(this.viewer.item, true);
  }

  /** Others have changed these media. Who edits one goes on; it is asked about once that is done. */
  renewThese(ids) {
    for (const id of ids) forgetPart(document.querySelector(`#media-${id} .tile`)?.href);
    if (!this.editing.isOpen && ids.some((id) => this.viewer.isShowing(`media-${id}`))) this.renew();
  }

  async load(item, isNew = false) {
    this.call = new AbortController();
    let read;
    try {
      read = await readPart(item.address, this.call.signal);
    } catch (error) {
      if (error.name === "AbortError") return; // one has gone on
      throw error;
    }
    if (item.id !== this.shown) return;
    if (read.gone) this.leaveOut(item, `${item.name} is not here any more, or is private now.`);
    else if (read.offline) this.fail(item);
    else this.put(item, read.part, isNew);
  }

  put(item, part, isNew) {
    const { content } = this.viewer.pswp.currSlide;
    this.panel.show(part.panel, isNew);
    if (isNew && part.tile) replaceTile(item.id, part.tile, this.bind);
    if (item.name !== part.name) {
      item.name = part.name;
      this.viewer.show();
    }
    fillSlide(content, part.stage, this.bind);
  }

  /** Show what was saved, here and in the grid. */
  take(read) {
    const { item } = this.viewer;
    forgetPart(item.address);
    if (read.gone) {
      this.leaveOut(item, read.gone);
      return;
    }
    item.name = read.name;
    replaceTile(item.id, read.tile, this.bind);
    const { content } = this.viewer.pswp.currSlide;
    if (content.type === "image") content.element.alt = read.tile.querySelector(".tile__picture")?.alt ?? "";
    this.panel.show(read.panel);
    this.panel.find("edit")?.focus();
    this.viewer.show();
    this.sayIsSaved(read);
  }

  sayIsSaved({ name, undo, events }) {
    const token = this.panel.find("delete")?.dataset.token;
    const onAction = async () => {
      const answer = await change(undo, token, { events });
      showNotice(answer.message ?? "That could not be undone.", { kind: answer.status === 200 ? "success" : "danger" });
      this.renew();
    };
    showNotice(`${name} is saved.`, undo && token ? { actionLabel: "Undo", onAction } : {});
  }

  leaveOut(item, message) {
    forgetPart(item.address);
    takeOutOf(item);
    showNotice(message);
  }

  fail(item) {
    const retry = () => this.load(item);
    failSlide(this.viewer.pswp.currSlide.content, "This could not be loaded.", retry);
    this.panel.fail("The server can’t be reached.", retry);
  }
}

function replaceTile(id, tile, bind) {
  const shown = document.getElementById(id);
  if (shown === null) return;
  replace(shown, tile);
  bind(shown.parentElement ?? tile);
}
