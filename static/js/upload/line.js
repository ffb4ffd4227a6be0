// One line of the panel: a file, its honest state, and what can be done about it.
import { fileSize } from "../formats.js";
import { firstControl, keepFocus } from "./focus.js";
import { duration } from "./phrases.js";
import { drawFile, kindOf } from "./pictures.js";
import { Speed } from "./speed.js";

const TAIL_LENGTH = 12;
const DISMISSIBLE = new Set(["queued", "uploading", "duplicate", "failed"]);
const EDITABLE = new Set(["queued", "uploading", "processing", "ready"]);

/** Split a name into what may be shortened and its end: from a word's beginning on, where one is near. */
function splitName(name) {
  const letters = Array.from(name);
  if (letters.length <= 2 * TAIL_LENGTH) return [name, ""];
  const word = letters.findIndex((letter, index) => index > letters.length - TAIL_LENGTH - 2 && /[\s._-]/.test(letter));
  const start = word > 0 && word < letters.length - 5 ? word : letters.length - TAIL_LENGTH;
  return [letters.slice(0, start).join(""), letters.slice(start).join("")];
}

export class Line {
  #upload;
  #kit;
  #parts = {};
  #speed = new Speed();
  #shown = {};

  /** `kit`: `phrase`, `icon(name)`, `clone(template)`, and what the buttons do: `dismiss`, `again`, `change`, `save`. */
  constructor(upload, kit) {
    this.#upload = upload;
    this.#kit = kit;
    this.element = kit.clone("line");
    for (const part of this.element.querySelectorAll("[data-role]")) this.#parts[part.dataset.role] = part;
    this.#write();
    this.#bind();
    this.update();
  }

  /** Show what is known now; the focus stays with who has it. */
  update() {
    const { buttons } = this.#parts;
    keepFocus(this.element, () => this.#draw(), () => firstControl(buttons) ?? firstControl(this.element));
  }

  #write() {
    const { phrase, icon } = this.#kit;
    const { name, file, number, wanted } = this.#upload;
    const parts = this.#parts;
    [parts.stem.textContent, parts.tail.textContent] = splitName(name);
    parts.name.title = name;
    parts.bar.setAttribute("aria-label", phrase("bar", { name }));
    parts.edit.setAttribute("aria-label", phrase("edit", { name }));
    parts.edit.setAttribute("aria-controls", `upload-details-${number}`);
    parts.details.id = `upload-details-${number}`;
    parts["alt-text"].hidden = kindOf(file) !== "image";
    for (const field of parts.details.querySelectorAll("textarea")) field.value = wanted[field.name];
    parts.picture.append(icon(kindOf(file)));
    drawFile(
      file,
      () => this.element.isConnected,
      (picture) => parts.picture.replaceChildren(picture)
    );
  }

  #bind() {
    const { dismiss, again, change, save } = this.#kit;
    const { edit, details } = this.#parts;
    this.#parts.dismiss.addEventListener("click", () => dismiss(this.#upload));
    this.#parts.again.addEventListener("click", () => again(this.#upload));
    this.#parts["save-again"].addEventListener("click", () => save(this.#upload));
    edit.addEventListener("click", () => {
      details.hidden = !details.hidden;
      edit.setAttribute("aria-expanded", String(!details.hidden));
      if (details.hidden) return;
      details.querySelector("label:not([hidden]) textarea").focus();
      details.scrollIntoView({ block: "nearest" });
    });
    details.addEventListener("input", ({ target }) => change(this.#upload, target.name, target.value));
    details.addEventListener("change", () => save(this.#upload));
  }

  #draw() {
    const { state, address, thumbnail, name } = this.#upload;
    const { phrase } = this.#kit;
    const parts = this.#parts;
    if (this.#shown.state !== state) this.#drawState(state);
    parts.state.textContent = this.#describe();
    if (state === "uploading") parts.bar.value = this.#share();
    if (address !== null && state !== "duplicate") parts.name.href = address;
    else parts.name.removeAttribute("href");
    parts.dismiss.setAttribute(
      "aria-label",
      phrase(state === "queued" || state === "uploading" ? "cancel" : "dismiss", { name })
    );
    if (thumbnail && this.#shown.thumbnail !== thumbnail) this.#showThumbnail(thumbnail);
    this.#drawNote();
  }

  #drawState(state) {
    const { phrase, icon } = this.#kit;
    const parts = this.#parts;
    this.#shown.state = state;
    this.#speed.reset();
    this.element.dataset.state = state;
    parts.icon.replaceChildren(icon(state));
    parts.bar.hidden = state !== "uploading";
    parts.dismiss.hidden = !DISMISSIBLE.has(state);
    parts.edit.hidden = !EDITABLE.has(state);
    if (!EDITABLE.has(state)) {
      parts.details.hidden = true;
      parts.edit.setAttribute("aria-expanded", "false");
    }
    parts.again.hidden = !(state === "duplicate" || (state === "failed" && !this.#upload.isHopeless));
    parts.again.textContent = phrase(state === "duplicate" ? "keep" : "retry");
    parts.existing.hidden = state !== "duplicate";
    if (state === "duplicate") parts.existing.href = this.#upload.address;
  }

  #describe() {
    const { phrase } = this.#kit;
    const { state, reason, retryAt, isDelayed, outcome } = this.#upload;
    if (state === "uploading") return this.#describeProgress();
    if (state === "failed") return reason;
    if (state === "ready") return phrase(outcome);
    if (state === "queued" && isDelayed) {
      return phrase("again_in", { reason, left: duration((retryAt - Date.now()) / 1000, phrase) });
    }
    return phrase(state);
  }

  #describeProgress() {
    const { phrase } = this.#kit;
    const { file, sentBytes } = this.#upload;
    const share = this.#share();
    if (share === 1) return phrase("storing");
    this.#speed.note(sentBytes);
    const text = phrase("uploading", { percent: Math.floor(share * 100), size: fileSize(file.size) });
    const speed = this.#speed.bytesPerSecond;
    if (speed === 0) return text;
    const left = duration((file.size - sentBytes) / speed, phrase);
    return `${text}, ${phrase("speed", { speed: fileSize(Math.round(speed)), left })}`;
  }

  /** The form around a file counts as sent, too; it is small. */
  #share() {
    return Math.min(this.#upload.sentBytes / this.#upload.file.size, 1);
  }

  /** The picture of a video or a document, which only the server can draw. */
  #showThumbnail(address) {
    this.#shown.thumbnail = address;
    if (this.#parts.picture.querySelector("canvas") !== null) return;
    const image = new Image();
    image.alt = "";
    image.addEventListener("load", () => this.#parts.picture.replaceChildren(image), { once: true });
    image.src = address;
  }

  #drawNote() {
    const { saving, savingReason } = this.#upload;
    const { note, actions, again, existing } = this.#parts;
    const hasFailed = saving === "failed";
    note.hidden = saving === "";
    note.textContent = saving && this.#kit.phrase(hasFailed ? "not_saved" : saving, { reason: savingReason });
    note.toggleAttribute("data-failed", hasFailed);
    this.#parts["save-again"].hidden = !hasFailed;
    actions.hidden = again.hidden && existing.hidden && !hasFailed;
  }
}
