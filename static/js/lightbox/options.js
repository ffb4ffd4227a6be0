// How PhotoSwipe is set up: it pans, zooms and slides. Buttons, keys, focus and addresses are ours.
const LEAST_PX = 96;
const BAR_PX = 56;

export function makeOptions({ frame, slides, list, index, onTap }) {
  return {
    appendToEl: slides,
    dataSource: list,
    index,
    loop: false,
    bgOpacity: 1,
    spacing: 0.06,
    preload: [1, 2],
    wheelToZoom: true,
    escKey: false,
    arrowKeys: false,
    trapFocus: false,
    returnFocus: false,
    showHideAnimationType: "zoom",
    showAnimationDuration: 240,
    hideAnimationDuration: 200,
    zoomAnimationDuration: 240,
    imageClickAction: "zoom",
    clickToCloseNonZoomable: false,
    tapAction: onTap,
    getViewportSizeFn: () => ({ x: frame.clientWidth, y: frame.clientHeight }),
    paddingFn: ({ x }) => ({ top: BAR_PX, bottom: x < 600 ? 8 : 24, left: x < 600 ? 0 : 24, right: x < 600 ? 0 : 24 }),
    initialZoomLevel: (level) => atLeastSeen(level, level.fit),
    secondaryZoomLevel: (level) => Math.max(atLeastSeen(level, level.fit) * 2.5, Math.min(1, level.fill)),
    maxZoomLevel: (level) => Math.max(4, atLeastSeen(level, level.fit) * 4),
  };
}

/** A picture of a few pixels is shown larger than it is, else it would not be found. */
function atLeastSeen({ elementSize }, fit) {
  const longest = Math.max(elementSize?.x ?? 0, elementSize?.y ?? 0);
  return longest > 0 && longest < LEAST_PX ? Math.floor(LEAST_PX / longest) : fit;
}
