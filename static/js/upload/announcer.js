// Says what happens to who can't see it: once a second at most, and never the same again. Nobody can listen to more.
const PAUSE_MS = 1000;

export class Announcer {
  #element;
  #words = "";
  #timer = null;

  /** `element` is a live region; words that come at once with it would not be heard. */
  constructor(element) {
    this.#element = element;
  }

  say(words) {
    this.#words = words;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#element.textContent !== this.#words) this.#element.textContent = this.#words;
    }, PAUSE_MS);
  }
}
