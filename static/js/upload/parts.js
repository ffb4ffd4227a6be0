// Sends a file in parts to addresses that the store takes them at, some at once, each again where it broke off.
const AT_ONCE = 3;
const TRIES = 4;
const FIRST_DELAY_MS = 1000;
const FORBIDDEN = 403; // the address has expired

/**
 * Send all parts of a file. `urls` are where to, in order; `renew` returns fresh ones. Resolves to "sent", to "broken",
 * or to "blocked" where the browser reached the store not once; rejects with an `AbortError` when it is called off.
 */
export async function sendParts(file, { partSize, urls, renew, signal, onProgress }) {
  const failed = new AbortController();
  const sending = new Parts(file, partSize, urls, renew, AbortSignal.any([signal, failed.signal]), onProgress);
  const numbers = urls.keys();
  const lane = async () => {
    for (const number of numbers) await sending.send(number);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return "sent";
  } catch (error) {
    failed.abort(); // the other parts
    if (error instanceof Broken) return sending.hasReached || !navigator.onLine ? "broken" : "blocked";
    throw error;
  }
}

/** Resolve after a while; reject with an `AbortError` when that is called off. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
  });
}

class Broken extends Error {}

class Parts {
  #file;
  #partSize;
  #urls;
  #renew;
  #signal;
  #onProgress;
  #sent = []; // bytes of each part

  hasReached = false;

  constructor(file, partSize, urls, renew, signal, onProgress) {
    this.#file = file;
    this.#partSize = partSize;
    this.#urls = urls;
    this.#renew = renew;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  async send(number) {
    const start = number * this.#partSize;
    const part = this.#file.slice(start, start + this.#partSize);
    for (let tries = 1; !(await this.#try(number, part)); tries += 1) {
      if (tries === TRIES || !this.hasReached) throw new Broken();
      await pause(FIRST_DELAY_MS * 2 ** (tries - 1), this.#signal);
    }
    this.#note(number, part.size);
  }

  /** Send a part once; return whether it is there. */
  async #try(number, part) {
    const status = await this.#put(number, part);
    if (status >= 200 && status < 300) return true;
    this.#note(number, 0);
    const isPassing = status === 0 || status === FORBIDDEN || status >= 500;
    if (!isPassing) throw new Broken();
    if (status === FORBIDDEN) this.#urls = await this.#renew();
    return false;
  }

  /** Return the status of the store's answer, 0 for none. */
  #put(number, part) {
    const request = new XMLHttpRequest(); // fetch tells nothing of how much has been sent
    const stop = () => request.abort();
    this.#signal.addEventListener("abort", stop);
    const answer = new Promise((resolve, reject) => {
      this.#signal.throwIfAborted();
      request.open("PUT", this.#urls[number]);
      request.upload.addEventListener("progress", (event) => this.#note(number, event.loaded));
      request.addEventListener("load", () => {
        this.hasReached = true;
        resolve(request.status);
      });
      request.addEventListener("error", () => resolve(0));
      request.addEventListener("abort", () => reject(this.#signal.reason));
      request.send(part);
    });
    return answer.finally(() => this.#signal.removeEventListener("abort", stop));
  }

  #note(number, bytes) {
    if (bytes > 0) this.hasReached = true; // no byte is sent before the store lets this page in
    this.#sent[number] = bytes;
    this.#onProgress(this.#sent.reduce((sum, sent) => sum + (sent ?? 0), 0));
  }
}
