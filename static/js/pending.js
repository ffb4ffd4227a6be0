// Looks from time to time whether a preview is made by now, and then puts what the page says in the place of what
// it said. What somebody plays, or is at, is left alone. Over the gallery, the viewer does that: `preview-made`.
const FIRST_MS = 1000;
const MAX_MS = 30_000;
const GROWTH = 1.5;

export default function start(notice, bind) {
  let delay = FIRST_MS;
  const wait = () => setTimeout(look, delay);

  async function look() {
    if (!notice.isConnected) return;
    delay = Math.min(delay * GROWTH, MAX_MS);
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    const page = await read(notice.querySelector("a").href);
    const isMade = page !== null && page.querySelector("[data-behaviour~=pending]") === null;
    const made = new CustomEvent("preview-made", { bubbles: true, cancelable: true });
    if (isMade && notice.dispatchEvent(made)) replaceParts(page, bind);
    if (notice.isConnected) wait();
  }

  wait();
}

/** Return the page as it is now; null while it can't be had. */
async function read(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // offline: asked again later
  }
}

function replaceParts(page, bind) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const newPart = page.querySelector(`[data-part=${part.dataset.part}]`);
    if (newPart === null || isInUse(part)) continue;
    part.replaceWith(newPart);
    bind(newPart);
  }
}

function isInUse(part) {
  const player = part.querySelector("video, audio");
  return (player !== null && player.currentTime > 0) || part.contains(document.activeElement);
}
