// Keeps the focus where somebody works while the things around change.

/** Change something; if what had the focus in `root` is gone or hidden by that, focus what is next to it. */
export function keepFocus(root, change, findFallback) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  change();
  if (focused === null || isUsable(focused)) return;
  if (document.activeElement !== focused && root.contains(document.activeElement)) return; // given on already
  findFallback()?.focus();
}

/** Return the first control within an element that can be used now. */
export function firstControl(element) {
  return [...(element?.querySelectorAll("button, a[href]") ?? [])].find(isUsable);
}

function isUsable(element) {
  return element.isConnected && !element.disabled && element.checkVisibility();
}
