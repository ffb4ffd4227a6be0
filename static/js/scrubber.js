// The strip beside a long library: months as far apart as there are media between them, to click, to drag along, and
// to go through by the arrow keys. It comes after the page is drawn, and sleeps until one scrolls or comes near.
import { show } from "./results.js";

const AWAKE_MS = 1600;
const FOLLOW_MS = 100; // not in every frame: to look where things are costs most of one
const LABEL_PX = 22;

export default function start(nav) {
  const links = [...nav.querySelectorAll(".scrubber__link")];
  const bubble = nav.querySelector(".scrubber__bubble");
  const thumb = nav.querySelector(".scrubber__thumb");
  const total = links.reduce((sum, link) => sum + Number(link.dataset.count), 0);
  let passed = 0;
  const starts = links.map((link) => {
    const start = passed / total;
    passed += Number(link.dataset.count);
    return start;
  });
  let current = 0;
  let isDragging = false;
  let timer = 0;
  let following = 0;

  function place() {
    const height = nav.clientHeight;
    let lastLabel = -LABEL_PX;
    links.forEach((link, index) => {
      const item = link.parentElement;
      const top = starts[index] * height;
      item.style.insetBlockStart = `${top}px`;
      item.style.blockSize = `${Math.max((Number(link.dataset.count) / total) * height, 2)}px`;
      const hasRoom = item.dataset.year !== undefined && top - lastLabel >= LABEL_PX && top <= height - LABEL_PX;
      item.toggleAttribute("data-labelled", hasRoom);
      if (hasRoom) lastLabel = top;
    });
    draw(current);
  }

  function point(index) {
    if (index !== current) draw(index);
  }

  function draw(index) {
    links[current].removeAttribute("aria-current");
    links[current].tabIndex = -1;
    current = index;
    links[current].setAttribute("aria-current", "true");
    links[current].tabIndex = 0;
    thumb.style.insetBlockStart = `${starts[current] * nav.clientHeight}px`;
    bubble.textContent = links[current].textContent;
    const height = nav.clientHeight;
    links.forEach((link, each) =>
      link.parentElement.toggleAttribute("data-covered", Math.abs(starts[each] - starts[current]) * height < LABEL_PX)
    );
  }

  /** Find the month of the day that is on top of the window. */
  function follow() {
    following = 0;
    if (isDragging || nav.contains(document.activeElement)) return;
    const days = [...document.querySelectorAll("#gallery .day")];
    const seen = days.find((day) => day.getBoundingClientRect().bottom > 120);
    const index = links.findIndex((link) => link.dataset.month === seen?.dataset.day.slice(0, 7));
    if (index >= 0) point(index);
  }

  function wake() {
    nav.setAttribute("data-awake", "");
    clearTimeout(timer);
    timer = setTimeout(() => isDragging || nav.removeAttribute("data-awake"), AWAKE_MS);
  }

  function monthAt(event) {
    const box = nav.getBoundingClientRect();
    const where = Math.min(Math.max((event.clientY - box.top) / box.height, 0), 1);
    return Math.max(starts.findLastIndex((start) => start <= where), 0);
  }

  const jump = (index) => {
    point(index);
    show(links[index].href, "replace");
  };

  nav.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    isDragging = true;
    nav.setPointerCapture(event.pointerId);
    nav.setAttribute("data-dragging", "");
    wake();
    point(monthAt(event));
  });
  nav.addEventListener("pointermove", (event) => {
    wake();
    if (isDragging || event.pointerType === "mouse") point(monthAt(event));
  });
  const finish = (event) => {
    if (!isDragging) return;
    isDragging = false;
    nav.removeAttribute("data-dragging");
    wake();
    if (event.type === "pointerup") jump(monthAt(event));
  };
  nav.addEventListener("pointerup", finish);
  nav.addEventListener("pointercancel", finish);
  nav.addEventListener("pointerleave", () => follow());
  nav.addEventListener("click", (event) => {
    event.preventDefault(); // a pointer has jumped already; keys click without one
    const index = links.indexOf(event.target.closest("a"));
    if (event.detail === 0 && index >= 0) jump(index);
  });
  nav.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: links.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    point(Math.min(Math.max(steps[event.key], 0), links.length - 1));
    links[current].focus({ preventScroll: true });
  });

  const stop = new AbortController();
  const onScroll = () => {
    if (!nav.isConnected) return stop.abort();
    wake();
    following ||= setTimeout(follow, FOLLOW_MS);
  };
  addEventListener("scroll", onScroll, { passive: true, signal: stop.signal });
  addEventListener("resize", () => (nav.isConnected ? place() : stop.abort()), { signal: stop.signal });
  place();
  follow();
}
