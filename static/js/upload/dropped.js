// Finds the files in what was dropped, folders and all. Nothing of their content is read.
/** What systems leave in folders, and nobody means to upload. */
const LITTER = /^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/;

export function hasFiles(transfer) {
  return transfer !== null && transfer.types.includes("Files");
}

/** Yield the files in parts, as they are found. The entries have to be asked for at once: later they are gone. */
export function readDropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return entries.length > 0 ? readEntries(entries) : [[...transfer.files]];
}

/** Leave out what came along with a folder. */
export function withoutLitter(files) {
  return [...files].filter((file) => !LITTER.test(file.name));
}

async function* readEntries(entries) {
  const files = await Promise.all(entries.filter((entry) => entry.isFile).map(readFile));
  if (files.length > 0) yield files;
  for (const entry of entries) {
    if (entry.isDirectory) yield* readFolder(entry);
  }
}

/** A folder tells at most a hundred of its entries at a time. */
async function* readFolder(folder) {
  const reader = folder.createReader();
  for (let entries; (entries = await readSome(reader)) === null || entries.length > 0; ) {
    if (entries === null) {
      yield [unreadable(folder)];
      return;
    }
    yield* readEntries(entries.filter((entry) => entry.isDirectory || !LITTER.test(entry.name)));
  }
}

/** Return the next entries of a folder; null if it can't be read. */
function readSome(reader) {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
}

function readFile(entry) {
  return new Promise((resolve) => entry.file(resolve, () => resolve(unreadable(entry))));
}

/** What can't be read gets a line that says so. */
function unreadable(entry) {
  return Object.assign(new File([], entry.name), { isUnreadable: true });
}
