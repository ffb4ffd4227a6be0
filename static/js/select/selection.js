// Which tiles are selected, by id. Their boxes always show it: a form sends them, and what is no longer there is
// not selected.
export const ITEM = ".tiles__item";
const BOX = ".tile__box";

export const boxOf = (item) => item.querySelector(BOX);

export class Selection extends EventTarget {
  #ids = new Set();
  // What was selected, and where, when a range was begun: a shorter range gives back what a longer one took.
  #before = new Set();
  #anchor = null;

  constructor(grid, most) {
    super();
    this.grid = grid;
    this.most = most;
  }

  get size() {
    return this.#ids.size;
  }

  /** The ids in the order of the tiles. */
  get ids() {
    return this.boxes.filter((box) => this.#ids.has(box.value)).map((box) => box.value);
  }

  get boxes() {
    return [...this.grid.querySelectorAll(BOX)];
  }

  has(box) {
    return this.#ids.has(box.value);
  }

  /** Select some or not; the last of them is where a range begins. */
  set(boxes, isSelected) {
    const ids = new Set(this.#ids);
    for (const box of boxes) isSelected ? ids.add(box.value) : ids.delete(box.value);
    this.#anchor = boxes.at(-1)?.value ?? null;
    this.#become(ids);
    this.#before = new Set(this.#ids);
  }

  toggle(box) {
    this.set([box], !this.has(box));
  }

  /** Select all from where the range begins up to here. */
  extendTo(box) {
    const boxes = this.boxes;
    const start = boxes.findIndex((other) => other.value === this.#anchor);
    const end = boxes.indexOf(box);
    if (start < 0) return this.set([box], true);
    const range = boxes.slice(Math.min(start, end), Math.max(start, end) + 1);
    this.#become(new Set([...this.#before, ...range.map((other) => other.value)]));
  }

  all() {
    this.set(this.boxes, true);
  }

  clear() {
    this.#anchor = null;
    this.#before = new Set();
    this.#become(new Set());
  }

  /** Forget what is no longer there, and mark what is drawn anew. */
  sync() {
    if (this.#ids.size === 0) return this.dispatchEvent(new Event("change"));
    const there = new Set(this.boxes.map((box) => box.value));
    this.#become(new Set([...this.#ids].filter((id) => there.has(id))));
  }

  /** Take over what the boxes say. */
  read() {
    this.#become(new Set(this.boxes.filter((box) => box.checked).map((box) => box.value)));
    this.#before = new Set(this.#ids);
  }

  #become(ids) {
    const isTooMany = ids.size > this.most;
    this.#ids = isTooMany ? new Set([...ids].slice(0, this.most)) : ids;
    for (const box of this.boxes) {
      box.checked = this.has(box);
      box.closest(ITEM).toggleAttribute("data-selected", box.checked);
    }
    this.dispatchEvent(new Event("change"));
    if (isTooMany) this.dispatchEvent(new Event("full"));
  }
}
