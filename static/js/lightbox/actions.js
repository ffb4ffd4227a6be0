// What the buttons and keys of the viewer do.
import { showNotice } from "../notices.js";
import { deleteMedia } from "./deletion.js";
import { fileAddress, sharedAddress } from "./items.js";
import { togglePlayer } from "./slides.js";

const ZOOM_STEP = 1.6;

/** While it opens, nothing else moves: what is asked for then is done right after. */
function whenOpen(pswp, act) {
  if (pswp === null || pswp.isDestroying) return;
  if (pswp.opener.isOpen) act(pswp);
  else pswp.on("openingAnimationEnd", () => act(pswp));
}

export function makeActions(viewer) {
  const { panel, dialog } = viewer;
  const editing = () => viewer.details.editing;
  const walk = (way) => editing().mayLeave() && whenOpen(viewer.pswp, (pswp) => pswp[way]());
  const button = (action) => viewer.find(`.lightbox__bar [data-action=${action}]`);

  const actions = {
    previous: () => walk("prev"),
    next: () => walk("next"),
    close() {
      if (editing().isOpen) editing().cancel();
      else viewer.leave();
    },
    information: () => panel.toggle(),
    edit() {
      const link = panel.find("edit");
      if (link && !editing().isOpen) editing().start(link.href);
    },
    delete() {
      const button = panel.find("delete");
      if (button) deleteMedia(button, viewer.item);
    },
    download: () => button("download").click(),
    play: () => togglePlayer(viewer.pswp.currSlide.content),
    zoom: () => viewer.pswp.toggleZoom(),
    zoomIn: () => zoomBy(viewer.pswp, ZOOM_STEP),
    zoomOut: () => zoomBy(viewer.pswp, 1 / ZOOM_STEP),
    async copy() {
      await navigator.clipboard.writeText(sharedAddress(viewer.item.address));
      showNotice("The link is copied.");
    },
    press,
    update,
  };

  /** Do what a button is for; links do what links do, but for those that the viewer does better. */
  function press(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    const isOurs = event.target.closest("button") ? actions[action] : ["edit", "delete"].includes(action);
    if (!isOurs || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    actions[action]();
  }

  /** Show what can be done here. */
  function update() {
    const { pswp, list, item } = viewer;
    setDisabled(button("previous"), pswp.currIndex === 0 && list.link("newer") === null);
    setDisabled(button("next"), pswp.currIndex === list.length - 1);
    button("zoom").hidden = item.type !== "image";
    button("copy").hidden = navigator.clipboard === undefined;
    button("download").href = fileAddress(item.address);
    dialog.dataset.type = item.type;
  }

  return actions;
}

/** Unlike `disabled`, this leaves the focus where it is. */
function setDisabled(button, isDisabled) {
  button.setAttribute("aria-disabled", String(isDisabled));
}

function zoomBy(pswp, factor) {
  const { currSlide } = pswp;
  if (!currSlide.isZoomable()) return;
  const { min, max } = currSlide.zoomLevels;
  pswp.zoomTo(Math.min(Math.max(currSlide.currZoomLevel * factor, min), max), pswp.getViewportCenterPoint(), 200);
}
