// Asks from time to time which previews are made by now: all that are waited for in one request.
const FIRST_MS = 1000;
const MAX_MS = 30_000;
const GROWTH = 1.5;
const AT_ONCE = 100;

export class Watching {
  #uploads;
  #options;
  #timer = null;
  #delay = FIRST_MS;

  /** `options`: the `address` of media and `token`. */
  constructor(uploads, options) {
    this.#uploads = uploads;
    this.#options = options;
    document.addEventListener("visibilitychange", () => this.start());
  }

  /** Ask soon; call it when there is something new to wait for. */
  hurry() {
    this.#delay = FIRST_MS;
    this.start();
  }

  start() {
    if (this.#timer !== null || document.hidden || this.#uploads.count("processing") === 0) return;
    this.#timer = setTimeout(() => this.#look(), this.#delay);
  }

  async #look() {
    const waited = [...this.#uploads.of("processing")].slice(0, AT_ONCE);
    const found = await this.#read(waited.map((upload) => upload.id));
    this.#timer = null;
    this.#delay = Math.min(this.#delay * GROWTH, MAX_MS);
    if (found !== null) {
      for (const upload of waited) this.#tell(upload, found.get(upload.id));
    }
    this.start();
  }

  /** Return the media with these ids that there are; null if the server can't be asked now. */
  async #read(ids) {
    const condition = { field: "id", operator: "in", value: ids };
    try {
      const answer = await fetch(`${this.#options.address}/filter`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.#options.token },
        body: JSON.stringify({ conditions: [condition], limit: AT_ONCE }),
      });
      return answer.ok ? new Map((await answer.json()).map((media) => [media.id, media])) : null;
    } catch {
      return null; // offline: asked again later
    }
  }

  #tell(upload, media) {
    if (upload.state !== "processing") return; // cleared meanwhile
    if (media === undefined) {
      this.#uploads.move(upload, "ready", { outcome: "gone", address: null });
    } else if (media.preview_state === "pending") {
      this.#uploads.move(upload, "processing"); // last, so that every one has its turn
    } else {
      this.#delay = FIRST_MS;
      const outcome = media.preview_state === "failed" ? "no_preview" : "ready";
      this.#uploads.move(upload, "ready", { outcome, thumbnail: smallest(media.thumbnails) });
    }
  }
}

/** Return the path of the smallest picture: PUBLIC_URL may be another address than this page's. */
function smallest(thumbnails) {
  const [link] = Object.values(thumbnails);
  if (link === undefined) return null;
  const { pathname, search } = new URL(link, location.href);
  return pathname + search;
}
