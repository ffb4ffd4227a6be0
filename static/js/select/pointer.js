// Selects by clicks, taps and long presses. It hears of a click before whatever opens a tile: while anything is
// selected, tiles are not opened.
import { ITEM, boxOf } from "./selection.js";

const PRESS_MS = 500;
const MOVED_PX = 10;

export function followPointer(grid, selection) {
  let press = null;
  let wasPressed = false;

  grid.addEventListener("click", (event) => {
    const item = event.target.closest(ITEM);
    if (item === null) return;
    const box = boxOf(item);
    if (wasPressed) stop(event);
    else if (event.target === box) followBox(event, box);
    else if (event.target.closest(".tile") && isMeant(event)) {
      stop(event);
      if (event.shiftKey) selection.extendTo(box);
      else selection.toggle(box);
    }
    wasPressed = false;
  }, { capture: true });

  /** With Shift always; else while anything is selected, but in a new tab a tile may always be opened. */
  const isMeant = (event) => event.shiftKey || (selection.size > 0 && !event.ctrlKey && !event.metaKey);

  function followBox(event, box) {
    event.stopPropagation();
    if (event.shiftKey) selection.extendTo(box);
    else selection.set([box], box.checked);
  }

  grid.addEventListener("pointerdown", (event) => {
    cancel();
    wasPressed = false;
    const item = event.target.closest(ITEM);
    if (event.pointerType !== "touch" || !event.isPrimary || item === null) return;
    press = { item, x: event.clientX, y: event.clientY, timer: setTimeout(take, PRESS_MS) };
  });
  grid.addEventListener("pointermove", (event) => {
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > MOVED_PX) cancel();
  });
  for (const type of ["pointerup", "pointercancel"]) grid.addEventListener(type, cancel);
  // A long press on a link offers its menu: not where it selects.
  grid.addEventListener("contextmenu", (event) => {
    if (press === null && !wasPressed) return;
    event.preventDefault();
    if (press) take();
  });

  function take() {
    const box = boxOf(press.item);
    cancel();
    wasPressed = true;
    selection.toggle(box);
  }

  function cancel() {
    clearTimeout(press?.timer);
    press = null;
  }
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
