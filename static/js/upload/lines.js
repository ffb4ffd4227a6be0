// The lines that are drawn: those where something happens, those that failed, then the newest. Of ten thousand files
// nobody reads ten thousand lines.
import { firstControl, keepFocus } from "./focus.js";
import { Line } from "./line.js";
import { count } from "./phrases.js";

const MAX_LINES = 100;
const BY_IMPORTANCE = ["uploading", "failed", "duplicate", "processing", "queued"];

export class Lines {
  #uploads;
  #kit;
  #list;
  #more;
  #drawn = new Map();

  constructor(uploads, list, more, kit) {
    this.#uploads = uploads;
    this.#list = list;
    this.#more = more;
    this.#kit = kit;
  }

  /** Draw what changed; lines come and go, but never move. */
  draw(changed) {
    const chosen = this.#choose();
    keepFocus(this.#list, () => this.#removeAllBut(chosen), this.#kit.findFocus);
    for (const upload of changed) this.#drawn.get(upload)?.update();
    this.#insert([...chosen].sort((one, other) => one.number - other.number));
    const hidden = this.#uploads.total - this.#drawn.size;
    this.#more.hidden = hidden === 0;
    this.#more.textContent = this.#kit.phrase("more", { count: count(hidden) });
  }

  #choose() {
    const chosen = new Set();
    for (const upload of this.#drawn.keys()) {
      if (upload.state !== "removed" && this.#isInUse(upload)) chosen.add(upload);
    }
    for (const state of BY_IMPORTANCE) {
      for (const upload of this.#uploads.of(state)) {
        if (chosen.size >= MAX_LINES) return chosen;
        chosen.add(upload);
      }
    }
    const room = MAX_LINES - chosen.size;
    for (const upload of room > 0 ? [...this.#uploads.of("ready")].slice(-room) : []) chosen.add(upload);
    return chosen;
  }

  /** Tell whether somebody is at a line, or has its details open. */
  #isInUse(upload) {
    const { element } = this.#drawn.get(upload);
    return element.contains(document.activeElement) || element.querySelector("[aria-expanded=true]") !== null;
  }

  #removeAllBut(chosen) {
    for (const [upload, line] of this.#drawn) {
      if (chosen.has(upload)) continue;
      const neighbour = line.element.nextElementSibling ?? line.element.previousElementSibling;
      keepFocus(line.element, () => line.element.remove(), () => firstControl(neighbour));
      this.#drawn.delete(upload);
    }
  }

  #insert(uploads) {
    let place = this.#list.firstElementChild;
    for (const upload of uploads) {
      const line = this.#drawn.get(upload);
      if (line !== undefined) {
        place = line.element.nextElementSibling;
        continue;
      }
      const added = new Line(upload, this.#kit);
      this.#drawn.set(upload, added);
      this.#list.insertBefore(added.element, place);
    }
  }
}
