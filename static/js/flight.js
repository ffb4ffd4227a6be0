// Who flies through the list sees colours go by, and no picture long enough to know it: those that are not there yet
// wait until the page slows down. That keeps every frame in time, and spares the line and the server.
const LOOK_MS = 400; // so long that a page down, which goes smoothly, is no flight
const REST_MS = 150;
const SCREENS_A_SECOND = 2.5;

/** Let the pictures of a grid wait from now on while one flies through it. */
export function tendFlight(grid) {
  let since = null;
  let from = 0;
  let timer = 0;
  const rest = () => {
    since = null;
    grid.removeAttribute("data-flying");
  };
  const look = ({ timeStamp: now }) => {
    clearTimeout(timer);
    if (!grid.isConnected) return removeEventListener("scroll", look);
    timer = setTimeout(rest, REST_MS);
    if (since !== null && now - since < LOOK_MS) return;
    if (since !== null) setFlying(grid, speedIn(scrollY - from, now - since) > SCREENS_A_SECOND);
    since = now;
    from = scrollY;
  };
  addEventListener("scroll", look, { passive: true });
}

const speedIn = (pixels, milliseconds) => ((Math.abs(pixels) / innerHeight) * 1000) / milliseconds;

function setFlying(grid, isFlying) {
  if (isFlying === grid.hasAttribute("data-flying")) return;
  if (isFlying) {
    for (const picture of grid.querySelectorAll(".tile__picture:not([data-here])"))
      if (picture.naturalWidth > 0) picture.setAttribute("data-here", "");
  }
  grid.toggleAttribute("data-flying", isFlying);
}
