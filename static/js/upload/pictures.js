// Small pictures of files that are not uploaded yet, one after the other: whole photos take much memory.
const SIZE_PX = 88;
const MAX_BYTES = 30_000_000;
const DRAWABLE = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"]);
const KINDS = new Set(["image", "video", "audio"]);

let last = Promise.resolve();

/** Name the kind of a file, as far as its name tells: the server looks into it. */
export function kindOf(file) {
  const [family] = file.type.split("/");
  if (KINDS.has(family)) return family;
  return family === "text" || file.type === "application/pdf" ? "document" : "other";
}

/** Draw a file in its turn; `place` gets the picture unless `isWanted` says no by then. */
export function drawFile(file, isWanted, place) {
  if (!DRAWABLE.has(file.type) || file.size > MAX_BYTES) return;
  last = last.then(async () => {
    if (!isWanted()) return;
    try {
      const bitmap = await createImageBitmap(file, { resizeHeight: SIZE_PX, resizeQuality: "medium" });
      place(cover(bitmap));
      bitmap.close();
    } catch {
      // no picture after all, or one that this browser can't read: its icon stays
    }
  });
}

/** Return the middle of a picture as a square. */
function cover(bitmap) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE_PX;
  const scale = Math.max(SIZE_PX / bitmap.width, 1);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext("2d").drawImage(bitmap, (SIZE_PX - width) / 2, (SIZE_PX - height) / 2, width, height);
  return canvas;
}
