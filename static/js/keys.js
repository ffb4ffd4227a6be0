// The one registry of keyboard shortcuts. An element with data-key="u" and data-key-label="Upload" is focused, if it
// is a field, or else clicked when that key is pressed; several keys are parted by spaces, data-key-group names the
// part of the help they are listed in. A module with keys of its own asks mayBeShortcut() about each event, and lists
// them by describeKeys(). "?" opens the help.
import { closeMenuOf } from "./menu.js";

const STORED = "single-key-shortcuts"; // "off": what WCAG 2.1.4 asks for
const TYPED_IN =
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=file]), " +
  "textarea, select, [contenteditable]:not([contenteditable=false])";
/** What has arrows, Space and Home for itself. */
const PLAYED = "video, audio, input, [role=slider]";
const NAMES = {
  " ": "Space",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  Delete: "Del",
  Escape: "Esc",
};
const OWN = { keys: ["?"], label: "Show these shortcuts", group: "Everywhere" };

const help = document.querySelector("#keys");
const described = [];

/** List keys that a module answers to, [{keys: ["x"], label: "Select", group: "Grid"}], while `isHere` says that it does. */
export function describeKeys(entries, isHere) {
  described.push({ entries, isHere });
}

/** Tell whether a key that was pressed may be meant as a shortcut: nobody types, and they are not turned off. */
export function mayBeShortcut(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPED_IN) !== null) return false;
  const isCharacter = event.key.length === 1 && event.key !== " ";
  return isCharacter ? !isOff() : target.closest(PLAYED) === null;
}

/** Return the key as data-key names it: "u" also with caps lock, and where the keyboard is not in Latin letters. */
export function keyOf(event) {
  if (event.key.length === 1 && event.key > "\u007f" && event.code.startsWith("Key")) {
    return event.code.slice(3).toLowerCase();
  }
  return event.shiftKey ? event.key : event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Tell assistive technology which keys lead to elements; while the shortcuts are off, none do. */
export function markKeys(root) {
  for (const element of root.querySelectorAll("[data-key]")) {
    if (isOff()) element.removeAttribute("aria-keyshortcuts");
    else element.setAttribute("aria-keyshortcuts", element.dataset.key);
  }
}

/** Let a button open the help; one in a menu closes that, and gets the focus back by its summary. */
export function bindHelpButton(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    closeMenuOf(button);
    openHelp();
  });
}

export function openHelp() {
  if (help.open) return;
  const groups = drawGroups();
  help.querySelector("[data-role=list]").replaceChildren(...groups);
  help.toggleAttribute("data-many", groups.length > 2);
  help.showModal();
}

document.addEventListener("keydown", (event) => {
  if (!mayBeShortcut(event)) return;
  const key = keyOf(event);
  if (key === "?") {
    event.preventDefault();
    openHelp();
    return;
  }
  const element = findElements().find((found) => found.dataset.key.split(" ").includes(key));
  if (element === undefined || event.repeat) return;
  event.preventDefault();
  follow(element);
});

function follow(element) {
  if (!element.matches(TYPED_IN)) {
    element.click();
    return;
  }
  element.focus();
  element.select?.();
}

/** Return the elements with keys that can be seen and, while a dialog covers the page, are in it. */
function findElements() {
  const open = [...document.querySelectorAll("dialog:modal")];
  const scope = help.open ? help : (open.at(-1) ?? document);
  return [...scope.querySelectorAll("[data-key]")].filter((element) => element.checkVisibility());
}

function drawGroups() {
  const elements = findElements().map(({ dataset }) => ({
    keys: dataset.key.split(" "),
    label: dataset.keyLabel,
    group: dataset.keyGroup ?? "This page",
  }));
  const ofModules = described.flatMap(({ entries, isHere }) => (isHere() ? entries : []));
  const taken = new Set(ofModules.flatMap(({ keys }) => (keys.length === 1 ? keys : [])));
  const ofElements = elements.filter(({ keys }) => !keys.some((key) => taken.has(key)));
  const groups = Map.groupBy([...ofElements, OWN, ...ofModules], ({ group }) => group);
  return [...groups].map(([name, listed]) => drawGroup(name, listed));
}

function drawGroup(name, entries) {
  const section = document.createElement("section");
  const list = document.createElement("dl");
  list.className = "keys__list";
  section.append(make("h3", name, "keys__group"), list);
  for (const { keys, label } of entries) {
    const row = document.createElement("div");
    const drawn = make("dd", "");
    drawn.append(...keys.map((key) => make("kbd", NAMES[key] ?? key, "keys__key")));
    row.append(make("dt", label), drawn);
    list.append(row);
  }
  return section;
}

function make(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

function isOff() {
  try {
    return localStorage.getItem(STORED) === "off";
  } catch {
    return false; // where nothing may be stored, nothing was turned off
  }
}

function bindSwitch(field) {
  field.checked = !isOff();
  field.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, field.checked ? "on" : "off");
    } catch {
      field.checked = true; // it can't be kept, so it isn't off
    }
    markKeys(document);
  });
}

bindSwitch(help.querySelector("[data-role=switch]"));
