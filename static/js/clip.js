// Plays a video's short clip in its tile while the pointer rests on it or it has the focus: only where there is a
// real pointer, and where neither still pages nor fewer bytes are wanted. The clip is not loaded before that.
const REST_MS = 150;
const precise = matchMedia("(hover: hover) and (pointer: fine)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const isWanted = () => precise.matches && !still.matches && !navigator.connection?.saveData;

export default function start(tile) {
  let timer = 0;
  let clip = null;

  function play() {
    if (clip !== null || !isWanted()) return;
    clip = document.createElement("video");
    Object.assign(clip, { className: "tile__clip", muted: true, loop: true, playsInline: true });
    clip.setAttribute("aria-hidden", "true");
    clip.src = tile.dataset.clip;
    clip.addEventListener("playing", () => clip?.setAttribute("data-playing", ""), { once: true });
    tile.querySelector(".tile__picture").after(clip);
    clip.play().catch(stop); // the picture stays
  }

  function stop() {
    clearTimeout(timer);
    clip?.remove();
    clip?.removeAttribute("src");
    clip?.load(); // lets go of what was loaded
    clip = null;
  }

  const enter = () => {
    clearTimeout(timer);
    timer = setTimeout(play, REST_MS);
  };
  const leave = () => {
    if (!tile.matches(":hover, :focus-visible")) stop();
  };
  tile.addEventListener("pointerenter", enter);
  tile.addEventListener("pointerleave", leave);
  tile.addEventListener("focus", () => tile.matches(":focus-visible") && enter());
  tile.addEventListener("blur", leave);
}
