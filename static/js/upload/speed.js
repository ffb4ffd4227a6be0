// How fast bytes go and how long the rest will take, from the last few seconds.
const SPAN_MS = 5000;
const LEAST_MS = 1000;

export class Speed {
  #marks = [];

  /** Note how many bytes have gone by now. */
  note(bytes, now = performance.now()) {
    this.#marks.push([now, bytes]);
    while (this.#marks.length > 2 && now - this.#marks[0][0] > SPAN_MS) this.#marks.shift();
  }

  reset() {
    this.#marks = [];
  }

  /** Return bytes a second; 0 while it can't be told. */
  get bytesPerSecond() {
    if (this.#marks.length < 2) return 0;
    const [[start, first], [end, last]] = [this.#marks[0], this.#marks.at(-1)];
    return end - start < LEAST_MS ? 0 : ((last - first) / (end - start)) * 1000;
  }
}
