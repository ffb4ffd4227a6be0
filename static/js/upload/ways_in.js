// Takes files from every page: dropped anywhere, pasted, or chosen. The panel is loaded with the first of them.
import { hasFiles, readDropped } from "./dropped.js";

const TEXT_FIELDS = "input, textarea, select, [contenteditable]";

export default function start(element) {
  const overlay = element.querySelector("[data-role=overlay]");
  const trouble = element.querySelector("[data-role=trouble]");
  let panel = null;

  /** Hand files on; `parts` yields them as they are found. */
  async function upload(parts) {
    element.querySelector("[role=alert]")?.remove();
    const opened = await open();
    if (opened === null) return;
    for await (const files of parts) opened.add(files);
  }

  /** Return the one panel of this page; say so and return null if it can't be had now. */
  async function open() {
    panel ??= loadPanel(element.dataset.panel);
    try {
      return await panel;
    } catch {
      panel = null;
      element.append(trouble.content.cloneNode(true));
      return null;
    }
  }

  document.addEventListener("mediaweb:upload", ({ detail }) => upload([[...detail.files]]));
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.target.closest?.(TEXT_FIELDS)) return;
    event.preventDefault();
    upload([files.map(nameByTime)]);
  });
  bindDrop(overlay, (transfer) => upload(readDropped(transfer)));
}

async function loadPanel(address) {
  const { openPanel } = await import("./panel.js");
  return openPanel(address);
}

/** Browsers call every pasted picture image.png. */
function nameByTime(file) {
  if (file.name !== "image.png") return file;
  const now = new Date();
  const local = new Date(now - now.getTimezoneOffset() * 60_000).toISOString();
  return new File([file], `Pasted ${local.slice(0, 10)} ${local.slice(11, 19).replaceAll(":", ".")}.png`, {
    type: file.type,
  });
}

/** Show the overlay while files are over the window, and take those that are dropped. */
function bindDrop(overlay, take) {
  let isOwn = false; // a picture or link of the page itself is dragged
  let depth = 0; // every element on the way is entered before the last is left
  const show = (newDepth) => {
    depth = Math.max(0, newDepth);
    overlay.hidden = depth === 0;
  };
  const isForUs = (event) => !isOwn && hasFiles(event.dataTransfer);
  addEventListener("dragstart", () => (isOwn = true));
  addEventListener("dragend", () => (isOwn = false));
  addEventListener("dragenter", (event) => isForUs(event) && show(depth + 1));
  addEventListener("dragleave", (event) => isForUs(event) && show(depth - 1));
  addEventListener("dragover", (event) => {
    if (!isForUs(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", (event) => {
    show(0);
    if (!isForUs(event)) return;
    event.preventDefault();
    take(event.dataTransfer);
  });
}
