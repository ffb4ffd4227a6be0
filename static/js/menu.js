// Closes an open menu by Esc, which gives the focus back, and when anything else is clicked or focused.

/** Close the menu that an element is in, if it is in one; the focus does not get lost with what is hidden then. */
export function closeMenuOf(element) {
  const menu = element?.closest("details.menu") ?? null;
  if (menu === null) return;
  menu.querySelector("summary").focus({ preventScroll: true });
  menu.open = false;
}

export default function start(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const stop = new AbortController();
  const closeFromOutside = (event) => {
    if (!menu.isConnected) stop.abort();
    else if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeFromOutside, { signal: stop.signal });
  document.addEventListener("focusin", closeFromOutside, { signal: stop.signal });
}
