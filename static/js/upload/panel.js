// The upload panel: floats over every page, folds into a badge, and closes only when somebody closes it.
import { Announcer } from "./announcer.js";
import { keepFocus } from "./focus.js";
import { Lines } from "./lines.js";
import { count, duration, readPhrases } from "./phrases.js";
import { Queue } from "./queue.js";
import { loadStyles } from "../styles.js";
import { Saving } from "./saving.js";
import { Uploads } from "./uploads.js";
import { Watching } from "./watching.js";

const STYLES = ["../css/components/upload_panel.css", "../css/components/upload_line.css"];
const DRAW_MS = 100;
const TICK_MS = 1000;

/** Get the panel's parts from the server and put it on the page. Raises `Error` if they can't be had. */
export async function openPanel(address) {
  const [answer] = await Promise.all([fetch(address, { headers: { Accept: "text/html" } }), loadStyles(STYLES)]);
  if (!answer.ok || answer.redirected) throw new Error(`the panel was answered with ${answer.status}`);
  const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
  return new Panel(parts);
}

class Panel {
  #uploads = new Uploads();
  #parts = {};
  #templates = {};
  #changed = new Set();
  #timer = null;
  #announcer;

  constructor(fragment) {
    this.element = document.adoptNode(fragment.querySelector(".upload-panel"));
    for (const part of this.element.querySelectorAll("[data-role]")) this.#parts[part.dataset.role] = part;
    for (const template of fragment.querySelectorAll("template")) this.#templates[template.dataset.template] = template;
    const { csrfToken: token, upload, media, maxBytes, direct, gallery } = this.element.dataset;
    this.phrase = readPhrases(this.#templates.phrases);
    const options = { token, phrase: this.phrase, maxBytes: Number(maxBytes) };
    this.queue = new Queue(this.#uploads, {
      ...options,
      ...{ address: upload, direct, gallery },
      onStored: (...stored) => this.#tell(...stored),
    });
    this.saving = new Saving(this.#uploads, { ...options, address: media });
    this.watching = new Watching(this.#uploads, { ...options, address: media });
    this.#announcer = new Announcer(this.#parts.announcement);
    this.lines = new Lines(this.#uploads, this.#parts.lines, this.#parts.more, this.#makeKit());
    this.#uploads.onChange((upload) => this.#drawSoon(upload));
    this.#bind();
  }

  /** Take in files and begin to send them; `files` may come in parts. */
  add(files) {
    if (files.length === 0) return; // an empty folder
    if (!this.element.isConnected) {
      document.body.append(this.element);
      this.#makeRoom();
    }
    for (const file of files) {
      this.queue.add(this.#uploads.add(file, { description: "", alt_text: "", is_public: this.#isPublic }));
    }
    this.#announceStart(files);
    this.queue.start();
  }

  get #isPublic() {
    return this.element.querySelector("[name=upload-visibility]:checked").value === "true";
  }

  /** Tell whether leaving the page would end something. */
  get #isBusy() {
    return this.#uploads.count("queued", "uploading") > 0 || this.saving.isBusy;
  }

  #makeKit() {
    return {
      phrase: this.phrase,
      icon: (name) =>
        this.#templates.icons.content.querySelector(`[data-icon=${name}]`).firstElementChild.cloneNode(true),
      clone: (name) => document.importNode(this.#templates[name].content.firstElementChild, true),
      findFocus: () => this.#parts.fold,
      dismiss: (upload) => this.queue.cancel(upload),
      again: (upload) => this.queue.again(upload),
      change: (upload, name, value) => (upload.wanted[name] = value),
      save: (upload) => this.saving.check(upload),
    };
  }

  #bind() {
    const { fold, close, clear } = this.#parts;
    fold.addEventListener("click", () => this.#fold(fold.getAttribute("aria-expanded") === "true"));
    close.addEventListener("click", () => this.#close());
    clear.addEventListener("click", () => this.#clear());
    this.element.addEventListener("change", (event) => {
      if (event.target.name === "upload-visibility") this.#changeVisibility();
    });
    for (const event of ["online", "offline"]) addEventListener(event, () => this.#drawSoon());
    addEventListener("beforeunload", (event) => {
      if (this.#isBusy) event.preventDefault();
    });
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** What was just stored is news for the page below, and may have changed while it was sent. */
  #tell(upload, id) {
    document.dispatchEvent(new CustomEvent("mediaweb:uploaded", { detail: { id } }));
    if (upload.state === "removed") return;
    this.saving.check(upload);
    this.watching.hurry();
  }

  #changeVisibility() {
    for (const state of ["queued", "uploading", "processing", "ready", "failed", "duplicate"]) {
      for (const upload of this.#uploads.of(state)) {
        upload.wanted.is_public = this.#isPublic;
        this.saving.check(upload);
      }
    }
  }

  #fold(isFolded) {
    this.#parts.fold.setAttribute("aria-expanded", String(!isFolded));
    this.#parts.body.hidden = isFolded;
    this.element.toggleAttribute("data-folded", isFolded);
    this.#makeRoom();
  }

  /** Tell the page's styles what to keep clear of. */
  #makeRoom() {
    const { dataset } = document.documentElement;
    if (!this.element.isConnected) delete dataset.uploads;
    else dataset.uploads = this.element.hasAttribute("data-folded") ? "folded" : "open";
  }

  #clear() {
    for (const upload of [...this.#uploads.of("processing"), ...this.#uploads.of("ready")]) {
      if (upload.saving !== "failed") this.#uploads.remove(upload);
    }
    if (this.#uploads.total === 0) this.#close();
  }

  #close() {
    for (const state of ["processing", "ready", "duplicate", "failed"]) {
      for (const upload of [...this.#uploads.of(state)]) this.#uploads.remove(upload);
    }
    this.#fold(false);
    keepFocus(
      this.element,
      () => this.element.remove(),
      () => document.querySelector("#main")
    );
    this.#makeRoom();
  }

  #tick() {
    if (!this.element.isConnected) return;
    for (const upload of this.#uploads.of("queued")) {
      if (upload.isDelayed) this.#changed.add(upload);
    }
    if (this.#isBusy || !this.#parts.notice.hidden) this.#drawSoon();
  }

  #drawSoon(upload) {
    if (upload !== undefined) this.#changed.add(upload);
    this.#timer ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw() {
    this.#timer = null;
    const changed = this.#changed;
    this.#changed = new Set();
    if (this.#uploads.total === 0 && this.element.isConnected) this.#close(); // all of them were taken back
    this.lines.draw(changed);
    keepFocus(this.element, () => this.#drawFrame(), () => this.#parts.fold);
    this.#announce(changed);
  }

  #drawFrame() {
    const { counts, failures, share, total, close, foot, notice } = this.#parts;
    const part = this.#uploads.share;
    const isRunning = this.#uploads.count("queued", "uploading") > 0;
    counts.textContent = this.#describeCounts(isRunning);
    failures.textContent = this.#describeFailures();
    share.textContent = isRunning ? this.phrase("share", { percent: Math.floor(part * 100) }) : "";
    total.value = part;
    total.hidden = !isRunning;
    close.hidden = isRunning;
    foot.hidden = this.#uploads.count("processing", "ready") === 0;
    const words = isRunning ? this.#describePause() : "";
    notice.hidden = words === "";
    notice.lastElementChild.textContent = words;
  }

  #describeCounts(isRunning) {
    const done = this.#uploads.count("processing", "ready");
    const duplicates = this.#uploads.count("duplicate");
    const words = this.phrase(isRunning ? "running" : "done", { done: count(done), total: count(this.#uploads.total) });
    return duplicates ? `${words}, ${this.phrase("duplicates", { count: count(duplicates) })}` : words;
  }

  #describeFailures() {
    const failed = this.#uploads.count("failed");
    return failed ? this.phrase("failures", { count: count(failed) }) : "";
  }

  #describePause() {
    if (!navigator.onLine) return this.phrase("offline");
    const wait = this.queue.resumeAt - Date.now();
    return wait > 0 ? this.phrase("paused", { left: duration(wait / 1000, this.phrase) }) : "";
  }

  #announceStart(files) {
    const [first] = files;
    this.#announcer.say(
      files.length === 1
        ? this.phrase("started_one", { name: first.name })
        : this.phrase("started", { count: count(files.length) })
    );
  }

  /** Say what fails, and how it went once all is done; not every step of the way. */
  #announce(changed) {
    if (changed.size === 0 || this.#uploads.total === 0) return;
    const failed = [...changed].find((upload) => upload.state === "failed");
    if (!this.#isBusy) {
      this.#announcer.say(`${this.#describeCounts(false)} ${this.#describeFailures()}`);
    } else if (failed !== undefined) {
      this.#announcer.say(this.phrase("line_failed", { name: failed.name, reason: failed.reason }));
    }
  }
}
