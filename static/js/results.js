// Shows another state of the gallery in its place. A state is an address: the toolbar and the search box say which one
// is wanted, and the browser's history and a reload lead to the same.
import htmx from "../vendor/htmx/htmx.esm.min.js";
import { closeMenuOf } from "./menu.js";

/** Parts of an address that say where in the list one is, not what it is narrowed to. */
const PLACES = ["after", "before", "at", "page"];

let gallery = null;
let shown = location.search;
let failed = null;

export default function start(element) {
  gallery = element;
  gallery.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status < 400 || status === 422) return; // 422: the page that says what is wrong with a filter
    event.preventDefault();
    fail(event.detail.ctx.visit);
  });
  gallery.addEventListener("htmx:error", (event) => fail(event.detail.ctx.visit));
  gallery.addEventListener("htmx:after:swap", (event) => finish(event.detail.ctx.visit));
  document.addEventListener("click", followLink);
  showChosen();
  notice().querySelector("[data-role=retry]").addEventListener("click", () => show(failed.address, failed.entry));
  // Other parts of the page have addresses of their own; only another state of the list is shown anew.
  addEventListener("popstate", () => {
    if (location.pathname === gallery.dataset.address && location.search !== shown) show(location.href, "none");
  });
}

/** Return what the gallery is narrowed to, to be changed. */
export function currentState() {
  const state = new URLSearchParams(shown);
  PLACES.forEach((name) => state.delete(name));
  return state;
}

/** Show a state, by its parts. */
export function showState(state, entry = "push") {
  const query = state.toString();
  show(gallery.dataset.address + (query && `?${query}`), entry);
}

/** Show the list anew that is shown: it holds other media by now. One stays where one is, or goes to its beginning. */
export function refresh({ isFromTop = false } = {}) {
  return show(gallery.dataset.address + shown, "none", isFromTop);
}

/** Show what an address says; `entry` tells what becomes of the history: "push", "replace" or "none". */
export function show(address, entry = "push", isFromTop = entry !== "none") {
  const { pathname, search } = new URL(address, location.href);
  const visit = { address: pathname + search, search, entry, isFromTop, focused: document.activeElement };
  busy(true);
  return htmx.ajax("GET", visit.address, { source: gallery, target: "#gallery", swap: "innerHTML", visit }).finally(() => {
    if (!gallery.classList.contains("htmx-request")) busy(false);
  });
}

function followLink(event) {
  const link = event.target.closest("a[data-state]");
  if (link === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  closeMenuOf(link);
  show(link.href);
}

function finish(visit) {
  if (visit === undefined) return;
  notice().hidden = true;
  if (visit.entry === "push" && visit.search !== shown) history.pushState(null, "", visit.address);
  else if (visit.entry !== "none") history.replaceState(history.state, "", visit.address);
  if (visit.isFromTop && history.state?.place) history.replaceState({ ...history.state, place: undefined }, "");
  shown = visit.search;
  busy(false);
  if (visit.isFromTop) scrollTo({ top: topOf(visit), behavior: "instant" });
  keepFocus(visit.focused);
  showChosen();
  document.dispatchEvent(new CustomEvent("gallery:state", { detail: currentState() }));
}

/** Where the chips don't fit, the one that is chosen comes into the middle. */
function showChosen() {
  const chip = document.querySelector(".chip--chosen");
  const list = chip?.closest(".chips");
  if (list) list.scrollLeft = chip.offsetLeft - list.offsetLeft - (list.clientWidth - chip.offsetWidth) / 2;
}

/** A month begins right below the bar: what comes before it is added above. */
function topOf(visit) {
  const day = new URLSearchParams(visit.search).has("at") ? gallery.querySelector(".day") : null;
  if (day === null) return 0;
  return day.getBoundingClientRect().top + scrollY - document.querySelector(".bar").offsetHeight;
}

/** What had the focus may be gone, as a filter that was taken away: what stands in its place has it then. */
function keepFocus(focused) {
  if (focused === null || focused === document.body || focused.isConnected) return;
  const tile = focused.closest(".tiles__item");
  const again = tile && document.getElementById(tile.id)?.querySelector(".tile");
  const successor = focused.id ? document.getElementById(focused.id) : again;
  (successor ?? document.querySelector(".finder__toggle")).focus({ preventScroll: true });
}

function fail(visit) {
  if (visit === undefined) return;
  failed = visit;
  notice().hidden = false;
  busy(false);
}

function busy(isBusy) {
  gallery.toggleAttribute("aria-busy", false);
  if (isBusy) gallery.setAttribute("aria-busy", "true");
  document.querySelector(".search")?.toggleAttribute("data-busy", isBusy);
}

function notice() {
  return document.getElementById("find-failed");
}
