// All files of the panel by their state: queued → uploading → processing → ready, or duplicate, or failed.
// Sets keep their order, and counts cost nothing: there may be tens of thousands.
const STATES = ["queued", "uploading", "processing", "ready", "duplicate", "failed"];
/** What there is nothing left to send of. What failed counts neither as sent nor as to be sent. */
const SENT = ["processing", "ready", "duplicate"];

export class Uploads {
  #sets = Object.fromEntries(STATES.map((state) => [state, new Set()]));
  #bytes = Object.fromEntries(STATES.map((state) => [state, 0]));
  #added = 0;
  #listeners = [];

  /** Call a function with each upload that has changed. */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Take in a file; `details` are what its sender says about it so far. */
  add(file, details) {
    this.#added += 1;
    const upload = {
      number: this.#added,
      file,
      name: file.name,
      state: "queued",
      sentBytes: 0,
      tries: 0,
      keepsDuplicate: false,
      isDelayed: false, // until the next try
      reason: "",
      id: null,
      address: null,
      thumbnail: null,
      outcome: "ready", // which words tell that it is
      wanted: details,
      saved: null, // what the server has of it
      saving: "", // "saving", "saved" or "failed"
    };
    this.#put(upload);
    return upload;
  }

  /** Put an upload last among those of a state, with what else is known of it now. */
  move(upload, state, news = {}) {
    this.#take(upload);
    Object.assign(upload, news, { state });
    this.#put(upload);
  }

  remove(upload) {
    if (upload.state === "removed") return; // a second click, before the line was gone
    this.#take(upload);
    upload.state = "removed";
    this.touch(upload);
  }

  touch(upload) {
    for (const listener of this.#listeners) listener(upload);
  }

  of(state) {
    return this.#sets[state];
  }

  count(...states) {
    return states.reduce((sum, state) => sum + this.#sets[state].size, 0);
  }

  get total() {
    return this.count(...STATES);
  }

  /** How much of what there is to send has been sent, from 0 to 1. */
  get share() {
    let sent = this.#sumBytes(SENT);
    const total = sent + this.#sumBytes(["queued", "uploading"]);
    for (const upload of this.#sets.uploading) sent += Math.min(upload.sentBytes, upload.file.size);
    return sent / Math.max(total, 1);
  }

  #sumBytes(states) {
    return states.reduce((sum, state) => sum + this.#bytes[state], 0);
  }

  #put(upload) {
    this.#sets[upload.state].add(upload);
    this.#bytes[upload.state] += upload.file.size;
    this.touch(upload);
  }

  #take(upload) {
    this.#sets[upload.state].delete(upload);
    this.#bytes[upload.state] -= upload.file.size;
  }
}
