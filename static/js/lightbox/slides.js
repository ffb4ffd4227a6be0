// What a slide shows beside a plain picture: the server's own drawing of videos, sounds, documents and cards, the
// original of what is looked at closely or moves, and what is left where something can't be had.
const CONTROLS_PX = 80;
const BROKEN = "This picture could not be loaded.";
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Teach the viewer to show these. */
export function extendSlides(pswp) {
  pswp.on("contentLoad", (event) => {
    if (event.content.type !== "part") return;
    event.preventDefault();
    event.content.element = makeFrame(event.content.data);
    event.content.onLoaded();
  });
  pswp.on("contentLoadImage", ({ content }) => {
    content.element.classList.toggle("checkered", content.data.isCheckered);
    content.element.classList.toggle("lightbox__paper", content.data.isOnPaper);
    // Before PhotoSwipe's own: it hears only of what can't be had at the lasting addresses either.
    content.element.addEventListener("error", (event) => loadLasting(content, event));
  });
  pswp.on("contentActivate", ({ content }) => setReach(content, true));
  pswp.on("contentDeactivate", ({ content }) => {
    setReach(content, false);
    stopPlayers(content.element);
  });
  pswp.on("contentRemove", ({ content }) => stopPlayers(content.element));
  pswp.on("zoomPanUpdate", ({ slide }) => loadOriginal(slide));
  pswp.on("pointerDown", (event) => {
    if (isForItself(event.originalEvent)) event.preventDefault();
  });
  pswp.addFilter("placeholderSrc", (_, content) => content.data.msrc ?? false);
  pswp.addFilter("contentErrorElement", (_, content) => makeApology(BROKEN, () => pswp.refreshSlideContent(content.index)));
}

/** Put the server's drawing into the slide of a media, and what moves in the place of its still preview. */
export function fillSlide(content, stage, bind) {
  // The same is left alone: it may be playing.
  if (content?.type === "part" && content.filledWith !== stage.outerHTML) {
    content.filledWith = stage.outerHTML;
    content.element.replaceChildren(stage);
    content.element.dataset.filled = "";
    bind(content.element);
  } else if (content?.type === "image" && stage.dataset.stage === "original") {
    showOriginal(content, stage);
  }
}

/** Say in the place of a media why it is not shown, and offer to try again. */
export function failSlide(content, message, retry) {
  if (content?.type !== "part" || content.element.hasAttribute("data-filled")) return;
  content.element.replaceChildren(makeApology(message, retry));
}

/** Play or pause what the slide plays; return whether it plays anything. */
export function togglePlayer(content) {
  const player = content?.element?.querySelector("video, audio");
  if (!player) return false;
  if (player.paused) player.play().catch(() => {}); // it says itself that it can't
  else player.pause();
  return true;
}

function makeFrame(item) {
  const frame = document.createElement("div");
  frame.className = "lightbox__slide";
  frame.inert = true;
  // What is scrolled in place does not zoom.
  frame.addEventListener("wheel", (event) => event.target.closest(".stage__lines") && event.stopPropagation());
  if (item.msrc) frame.append(Object.assign(new Image(), { className: "lightbox__poster", src: item.msrc, alt: "" }));
  return frame;
}

/** Only what is on the slide that is seen can be reached. */
function setReach(content, isActive) {
  if (content.type === "part") content.element.inert = !isActive;
}

function stopPlayers(element) {
  element?.querySelectorAll("video, audio").forEach((player) => player.pause());
}

/** On a page that was open for long the addresses may have expired: there are lasting ones then. */
function loadLasting({ element, data }, event) {
  if (!data.lasting) return;
  event.stopImmediatePropagation();
  element.srcset = data.srcset = data.lasting;
  data.lasting = undefined;
}

/** The largest preview is enough until one looks closer. */
function loadOriginal(slide) {
  const { content, data } = slide;
  if (!data.original || slide.currZoomLevel < slide.zoomLevels.initial * 1.05) return;
  const larger = `, ${data.original} ${data.width}w`;
  content.element.srcset = data.srcset = content.element.srcset + larger;
  if (content.data.lasting) content.data.lasting += larger;
  data.original = undefined;
}

function showOriginal(content, stage) {
  const source = stage.querySelector("img").getAttribute("src");
  if (content.element.dataset.original === source || (still.matches && stage.querySelector("source"))) return;
  content.data.srcset = "";
  content.element.dataset.original = source;
  content.element.removeAttribute("srcset");
  content.element.src = source;
}

/** Tell whether a press is for what lies on the slide, not for the slide. */
function isForItself(event) {
  if (event.target.closest("audio, iframe, a, button, .stage__lines")) return true;
  const video = event.target.closest("video");
  return video !== null && event.clientY > video.getBoundingClientRect().bottom - CONTROLS_PX;
}

function makeApology(message, retry) {
  const apology = document.createElement("div");
  const text = document.createElement("p");
  const button = document.createElement("button");
  apology.className = "lightbox__message";
  text.textContent = message;
  Object.assign(button, { className: "button", type: "button", textContent: "Try again" });
  button.addEventListener("click", retry);
  apology.append(text, button);
  return apology;
}
