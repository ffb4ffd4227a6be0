// The keys of the viewer. Never while somebody types, and never those of a player that has the focus.
import { mayBeShortcut } from "../keys.js";

export const KEYS = [
  { keys: ["ArrowLeft"], label: "Previous", action: "previous" },
  { keys: ["ArrowRight"], label: "Next", action: "next" },
  { keys: ["Escape"], label: "Close", action: "close" },
  { keys: ["i"], label: "Information", action: "information" },
  { keys: ["e"], label: "Edit", action: "edit" },
  { keys: ["Delete"], label: "Delete", action: "delete" },
  { keys: ["d"], label: "Download", action: "download" },
  { keys: [" "], label: "Play or pause", action: "play" },
  { keys: ["+", "="], label: "Zoom in", action: "zoomIn" },
  { keys: ["-"], label: "Zoom out", action: "zoomOut" },
];

const TYPED_INTO = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a, summary";

/** Run the action of a key that is pressed while the dialog is open; `actions` are functions by name. */
export function listenToKeys(dialog, actions) {
  // On the document: where what had the focus is gone, it is not in the dialog any more.
  document.addEventListener("keydown", (event) => {
    if (!dialog.open || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelectorAll("dialog:modal").length > 1) return; // the help lies over it
    const { action } = KEYS.find(({ keys }) => keys.includes(event.key)) ?? {};
    if (action === undefined || isForTarget(event)) return;
    event.preventDefault();
    actions[action]();
  });
}

function isForTarget(event) {
  const { target, key } = event;
  if (key === "Escape") return false;
  if (key.length === 1 && key !== " ") return !mayBeShortcut(event);
  if (target.matches(TYPED_INTO)) return true;
  if (key === " ") return target.matches(PRESSED) || target.matches("video, audio");
  return key.startsWith("Arrow") && target.matches("video, audio");
}
