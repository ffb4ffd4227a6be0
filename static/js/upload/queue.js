// Sends what is queued: a few small files at a time, large ones one by one. What the network or a busy server broke
// off is tried again; what the server refused is not. One file's failure is no other's.
import { fileSize } from "../formats.js";
import { sendDirectly } from "./direct.js";
import { send } from "./sending.js";

const AT_ONCE = 3;
const LARGE_BYTES = 50_000_000;
// Smaller ones are sooner there in one request.
const DIRECT_BYTES = 8_000_000;
const TRIES = 3;
const FIRST_DELAY_MS = 1000;

export class Queue {
  #uploads;
  #options;
  #running = new Map();
  #resumeAt = 0;

  /**
   * `options`: `address`, `token`, `maxBytes`, `phrase`, and `onStored`, called with each upload that is there; with
   * `direct` large files go straight to the store, announced there, and `gallery` is how addresses of media begin.
   */
  constructor(uploads, options) {
    this.#uploads = uploads;
    this.#options = options;
    addEventListener("online", () => this.start());
  }

  /** Until when the server asked to be left alone, in milliseconds since 1970. */
  get resumeAt() {
    return this.#resumeAt;
  }

  /** Fail what can't go well; send the rest as soon as its turn comes. */
  add(upload) {
    const reason = this.#findFault(upload.file);
    if (reason) this.#uploads.move(upload, "failed", { reason, isHopeless: true });
  }

  /** Send as much as may be sent now. */
  start() {
    const wait = this.#resumeAt - Date.now();
    if (!navigator.onLine || wait > 0) return;
    for (let next; this.#running.size < AT_ONCE && (next = this.#findNext()); ) this.#run(next);
  }

  cancel(upload) {
    this.#uploads.remove(upload);
    this.#running.get(upload)?.stop();
  }

  /** Try anew what failed, or keep what is there already. */
  again(upload) {
    this.#uploads.move(upload, "queued", {
      tries: 0,
      reason: "",
      keepsDuplicate: upload.keepsDuplicate || upload.state === "duplicate",
    });
    this.start();
  }

  #findFault(file) {
    const { phrase, maxBytes } = this.#options;
    if (file.isUnreadable) return phrase("unreadable");
    if (file.size === 0) return phrase("empty");
    if (file.size <= maxBytes) return "";
    return phrase("too_large", { size: fileSize(file.size), limit: fileSize(maxBytes) });
  }

  #findNext() {
    const hasLarge = [...this.#running.keys()].some(isLarge);
    for (const upload of this.#uploads.of("queued")) {
      if (!upload.isDelayed && !(hasLarge && isLarge(upload))) return upload;
    }
    return undefined;
  }

  async #run(upload) {
    this.#uploads.move(upload, "uploading", { sentBytes: 0, saved: { ...upload.wanted }, reason: "" });
    const sendBy = this.#options.direct && upload.file.size >= DIRECT_BYTES ? sendDirectly : send;
    const sending = sendBy(upload, {
      ...this.#options,
      onProgress: (bytes) => {
        upload.sentBytes = bytes;
        this.#uploads.touch(upload);
      },
    });
    this.#running.set(upload, sending);
    const outcome = await sending.outcome;
    this.#running.delete(upload);
    if (upload.state !== "removed") this.#finish(upload, outcome);
    else if (outcome.stored) this.#options.onStored(upload, outcome.stored.id); // it was too late to stop it
    this.start();
  }

  #finish(upload, { stored, duplicate, refused, interrupted, blocked }) {
    if (blocked) {
      this.#options.direct = ""; // the store does not let this page in: files go through the library
      this.#uploads.move(upload, "queued");
    } else if (stored) {
      const { id, address, thumbnail, state } = stored;
      const isReady = state !== "pending" || address === null;
      const outcome = address === null ? "unseen" : state === "failed" ? "no_preview" : "ready";
      this.#uploads.move(upload, isReady ? "ready" : "processing", { id, address, thumbnail, outcome });
      this.#options.onStored(upload, id);
    } else if (duplicate) {
      this.#uploads.move(upload, "duplicate", { address: duplicate.address });
    } else if (interrupted) {
      this.#tryLater(upload, interrupted);
    } else {
      this.#uploads.move(upload, "failed", { reason: refused });
    }
  }

  /** Being offline, or having asked too often, is no failure of this file. A pause is everybody's. */
  #tryLater(upload, { reason, waitSeconds, isLimit }) {
    const isFailure = navigator.onLine && !isLimit;
    if (isFailure) upload.tries += 1;
    if (upload.tries >= TRIES) {
      this.#uploads.move(upload, "failed", { reason });
    } else if (isFailure && waitSeconds === undefined) {
      this.#delay(upload, reason);
    } else {
      this.#uploads.move(upload, "queued");
      if (waitSeconds !== undefined) this.#pause(waitSeconds * 1000);
    }
  }

  #delay(upload, reason) {
    const delay = FIRST_DELAY_MS * 2 ** (upload.tries - 1) * (1 + Math.random() / 4);
    this.#uploads.move(upload, "queued", { reason, isDelayed: true, retryAt: Date.now() + delay });
    setTimeout(() => {
      upload.isDelayed = false;
      this.start();
    }, delay);
  }

  #pause(milliseconds) {
    this.#resumeAt = Math.max(this.#resumeAt, Date.now() + milliseconds);
    setTimeout(() => this.start(), this.#resumeAt - Date.now() + 1);
  }
}

function isLarge(upload) {
  return upload.file.size > LARGE_BYTES;
}
