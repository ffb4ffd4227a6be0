// Saves what somebody says about files that are uploaded already: description, alt text, visibility. Two at a time,
// since the visibility of all of them may change at once.
import { readWait, reasonOf } from "./sending.js";

const AT_ONCE = 2;
const TOO_MANY = 429;

export class Saving {
  #uploads;
  #options;
  #waiting = new Set();
  #running = new Set();

  /** `options`: the `address` of media, `token` and `phrase`. */
  constructor(uploads, options) {
    this.#uploads = uploads;
    this.#options = options;
  }

  /** Tell whether anything said about these files is not saved yet, and still can be. */
  get isBusy() {
    return this.#waiting.size + this.#running.size > 0;
  }

  /** Save what differs from what the server has, once it has the file. */
  check(upload) {
    if (upload.id === null || Object.keys(findChanges(upload)).length === 0) return;
    if (this.#running.has(upload)) return; // looked at again when that has ended
    this.#waiting.add(upload);
    this.#start();
  }

  #start() {
    for (const upload of this.#waiting) {
      if (this.#running.size >= AT_ONCE) return;
      this.#waiting.delete(upload);
      this.#run(upload);
    }
  }

  async #run(upload) {
    const changes = findChanges(upload);
    this.#running.add(upload);
    this.#note(upload, "saving");
    const problem = await this.#send(upload, changes);
    this.#running.delete(upload);
    if (problem === null) {
      Object.assign(upload.saved, changes);
      this.#note(upload, "saved");
      this.check(upload); // they may have gone on writing
    } else if (problem.waitSeconds !== undefined) {
      setTimeout(() => this.check(upload), problem.waitSeconds * 1000);
    } else {
      this.#note(upload, "failed", problem.reason);
    }
    this.#start();
  }

  /** Return what went wrong, or null. */
  async #send(upload, changes) {
    const { address, token, phrase } = this.#options;
    try {
      const answer = await fetch(`${address}/${upload.id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(changes, (_, value) => (value === "" ? null : value)),
      });
      if (answer.ok) return null;
      const waitSeconds = answer.status === TOO_MANY ? readWait(answer.headers.get("Retry-After")) : undefined;
      return { waitSeconds, reason: reasonOf(await answer.json(), answer.status, phrase) };
    } catch {
      return { reason: phrase("broken") };
    }
  }

  #note(upload, saving, reason = "") {
    Object.assign(upload, { saving, savingReason: reason });
    this.#uploads.touch(upload);
  }
}

function findChanges({ wanted, saved }) {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== saved[name]));
}
