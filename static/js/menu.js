// Closes an open menu by Esc, which gives the focus back, and when anything else is clicked or focused.
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
