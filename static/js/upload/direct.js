// Brings one file straight to the store, where the library keeps its files in a bucket: announced at the library, sent
// in parts to addresses that it has signed, and looked at by a worker before it becomes a media.
import { pause, sendParts } from "./parts.js";
import { judge, PASSING, reasonOf } from "./sending.js";

const LOOK_MS = 500;
const MAX_LOOK_MS = 5000;

/** Like `send` of `sending.js`; {blocked} tells that the browser can't reach the store from this page. */
export function sendDirectly(upload, options) {
  const stopping = new AbortController();
  const bringing = new Bringing(upload, options, stopping.signal);
  return { outcome: bringing.run(), stop: () => stopping.abort() };
}

/** Carries what became of an upload past whatever was still to be done. */
class Ended extends Error {
  constructor(outcome) {
    super();
    this.outcome = outcome;
  }
}

class Bringing {
  #upload;
  #options;
  #signal;
  #address = null; // of what is to be let go of if this fails

  constructor(upload, options, signal) {
    this.#upload = upload;
    this.#options = options;
    this.#signal = signal;
  }

  async run() {
    try {
      return await this.#bring();
    } catch (error) {
      this.#letGo();
      if (error instanceof Ended) return error.outcome;
      if (error.name === "AbortError") return { stopped: true };
      throw error;
    }
  }

  async #bring() {
    const { direct, onProgress, phrase } = this.#options;
    const announced = await this.#ask("POST", direct, this.#describe());
    const address = (this.#address = `${direct}/${announced.id}`);
    const sent = await sendParts(this.#upload.file, {
      ...{ partSize: announced.part_size, urls: urlsOf(announced), signal: this.#signal, onProgress },
      renew: async () => urlsOf(await this.#ask("GET", address)),
    });
    if (sent === "blocked") throw new Ended({ blocked: true });
    if (sent === "broken") throw new Ended({ interrupted: { reason: phrase("broken") } });
    const arrived = await this.#ask("POST", `${address}/complete`);
    this.#address = null; // from here on it goes on without this page
    return this.#tell(await this.#follow(address, arrived));
  }

  #describe() {
    const { file, name, wanted, keepsDuplicate } = this.#upload;
    const about = { filename: name, file_size: file.size, keep_duplicate: keepsDuplicate, is_public: wanted.is_public };
    if (file.type) about.mime_type = file.type;
    for (const field of ["description", "alt_text"]) if (wanted[field]) about[field] = wanted[field];
    return about;
  }

  /** Ask until it was looked at. What can't be told right now is asked again. */
  async #follow(address, seen) {
    for (let delay = LOOK_MS; seen.state === "verifying"; delay = Math.min(delay * 1.5, MAX_LOOK_MS)) {
      await pause(delay, this.#signal);
      const answer = await this.#fetch("GET", address);
      if (answer === null || PASSING.has(answer.status)) continue;
      seen = await this.#read(answer);
    }
    return seen;
  }

  async #ask(method, address, body) {
    const answer = await this.#fetch(method, address, body);
    if (answer === null) throw new Ended({ interrupted: { reason: this.#options.phrase("broken") } });
    return this.#read(answer);
  }

  /** Return what the library says. Throws `Ended` for anything but success. */
  async #read(answer) {
    const told = await answer.json().catch(() => ({})); // a proxy's page: the status has to do
    if (answer.ok) return told;
    throw new Ended(judge(answer.status, told, answer.headers.get("Retry-After"), this.#options.phrase));
  }

  /** Return the answer; null if there was none. */
  async #fetch(method, address, body) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.#options.token };
    if (body) headers["Content-Type"] = "application/json";
    try {
      return await fetch(address, { method, headers, body: body && JSON.stringify(body), signal: this.#signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      return null; // offline
    }
  }

  #tell({ problem, media, media_id: id }) {
    const { gallery, phrase } = this.#options;
    if (problem?.code === "duplicate") return { duplicate: { address: `${gallery}${id}` } };
    if (problem) return { refused: reasonOf(problem, 0, phrase) };
    const state = media?.preview_state ?? "pending";
    return { stored: { id, address: media && `${gallery}${id}`, thumbnail: null, state } };
  }

  /** The parts that were sent need not wait until the store drops them. */
  #letGo() {
    if (this.#address === null) return;
    const headers = { "X-CSRFToken": this.#options.token };
    fetch(this.#address, { method: "DELETE", headers, keepalive: true }).catch(() => null); // it expires
  }
}

const urlsOf = ({ parts }) => parts.map((part) => part.url);
