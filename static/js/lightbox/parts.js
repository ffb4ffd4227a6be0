// What the server says of one media: its stage, panel and tile, drawn by the same templates as its page.
import { ask } from "../requests.js";

const MOST_KEPT = 8;
const kept = new Map();

/** Return the part of a media, as `{ part }`; `{ gone }` or `{ offline }` says why there is none. */
export async function readPart(address, signal) {
  const known = kept.get(address);
  if (known !== undefined) return { part: takeApart(known) };
  const answer = await ask(address, { signal });
  if (answer === null) return { offline: true };
  if (answer.status === 404 || answer.status === 401 || answer.status === 403) return { gone: true };
  if (!answer.ok) return { offline: true };
  const text = await answer.text();
  keep(address, text);
  return { part: takeApart(text) };
}

export function isKept(address) {
  return kept.has(address);
}

export function forgetPart(address) {
  kept.delete(address);
}

/** Return what an answer holds: `media` with its `name`, `stage`, `panel` and `tile`, a `form`, or why it is `gone`. */
export function takeApart(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  const root = template.content;
  const find = (selector) => root.querySelector(selector);
  return {
    name: find("[data-role=media]")?.dataset.name,
    undo: find("[data-role=media]")?.dataset.undo,
    events: find("[data-role=media]")?.dataset.events,
    stage: find("[data-part=stage]"),
    panel: find("[data-role=information]"),
    tile: find("[data-role=tile]")?.content.firstElementChild,
    form: find("[data-role=edit]"),
    gone: find("[data-role=gone]")?.textContent,
  };
}

function keep(address, text) {
  kept.set(address, text);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
}
