// Says what just happened, over the page and over what lies on it, and offers to undo it.
//
//   showNotice("Harbour.png is in the trash.", { actionLabel: "Undo", onAction: restore });
//
// kind: "success", "danger" or "plain". A notice goes by itself after timeoutMs, never while it is pointed at or has the focus.
import { markKeys } from "./keys.js";

const TIMEOUT_MS = 6_000;
const ACTION_TIMEOUT_MS = 12_000;

/** Show a message; return a function that takes it away. */
export function showNotice(message, { kind = "success", actionLabel, onAction, timeoutMs } = {}) {
  const region = placeRegion();
  const notice = document.querySelector("[data-role=floating-notice]").content.firstElementChild.cloneNode(true);
  notice.classList.add(`notice--${kind}`);
  notice.querySelector("[data-role=message]").textContent = message;
  const remove = () => take(notice);
  const action = notice.querySelector("[data-role=action]");
  action.hidden = actionLabel === undefined;
  action.textContent = actionLabel ?? "";
  action.addEventListener("click", () => {
    remove();
    onAction?.();
  });
  notice.querySelector("[data-role=dismiss]").addEventListener("click", remove);
  region.querySelectorAll("[data-key]").forEach((older) => older.removeAttribute("data-key"));
  region.append(notice);
  markKeys(notice);
  goBy(notice, timeoutMs ?? (actionLabel ? ACTION_TIMEOUT_MS : TIMEOUT_MS), remove);
  return remove;
}

/** Return where notices stand: in what is open over the page, as all else can't be reached then. */
function placeRegion() {
  const region = document.querySelector("[data-role=floating-notices]");
  const host = document.querySelector("dialog:modal") ?? document.body;
  if (region.parentElement === host) return region;
  host.append(region);
  if (host !== document.body) host.addEventListener("close", () => document.body.append(region), { once: true });
  return region;
}

function goBy(notice, timeoutMs, remove) {
  let timer = setTimeout(look, timeoutMs);
  function look() {
    if (notice.matches(":hover, :focus-within")) timer = setTimeout(look, timeoutMs / 2);
    else remove();
  }
  notice.addEventListener("pointerleave", () => {
    clearTimeout(timer);
    timer = setTimeout(look, timeoutMs);
  });
}

/** The focus does not get lost with it. */
function take(notice) {
  const hadFocus = notice.contains(document.activeElement);
  notice.remove();
  if (hadFocus) (document.querySelector("dialog:modal") ?? document.querySelector("main")).focus();
}
