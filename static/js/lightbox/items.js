// What the viewer has to know of a media before it asks for more: all of it stands in its tile.

/** Return the slide of a tile; one without a tile is empty until the list has caught up. */
export function readItem(tile) {
  if (tile === null) return { id: "", type: "part", name: "" };
  const link = tile.querySelector(".tile");
  const picture = tile.querySelector(".tile__picture:not([data-broken])");
  const item = {
    id: tile.id,
    address: link.href,
    name: tile.querySelector(".tile__caption, .tile__name").textContent,
    msrc: picture?.currentSrc || tile.querySelector(".tile__placeholder")?.src,
  };
  const isImage = picture?.classList.contains("tile__picture--image");
  return isImage ? { ...item, ...readPicture(link, picture) } : { ...item, type: "part" };
}

function readPicture(link, picture) {
  const { original } = link.dataset; // where the file has more pixels than its largest preview
  const preview = `${picture.getAttribute("width")}x${picture.getAttribute("height")}`;
  const [width, height] = (original ?? preview).split("x").map(Number);
  return {
    type: "image",
    src: picture.src,
    srcset: picture.srcset,
    lasting: picture.dataset.lasting,
    width,
    height,
    alt: picture.alt,
    original: original && fileAddress(link.href, true),
    thumbCropped: true,
    isCheckered: picture.matches(".checkered"),
    isOnPaper: picture.matches(".tile__picture--drawing:not(.checkered)"),
  };
}

/** Return where the file itself is of the media with that page, to be shown in place or to be kept. */
export function fileAddress(address, isInline = false) {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/gallery\/(\d+)$/, "/media/$1")}/download`;
  url.search = isInline ? "?disposition=inline" : "";
  return url.href;
}

/** Return the address of a media's page for others: without the list that it was opened from. */
export function sharedAddress(address) {
  return address.replace(/\?.*$/, "");
}
