// Deletes a media and takes its tile out of the grid; where the server can undo that, it comes back to its place.
import { showNotice } from "../notices.js";
import { change } from "../requests.js";
import { refresh } from "../results.js";
import { putTile, tileAfter } from "../rows.js";
import { showDay } from "../tiles.js";

/** By the button of the panel. Where the answer has `events`, to be sent to its address `undo`, the notice offers that. */
export async function deleteMedia(button, item, tile) {
  if (!button.form) return location.assign(button.href); // it can't be undone: a page asks
  const { token, sent } = button.dataset;
  if (sent !== undefined) return; // pressed twice
  button.dataset.sent = "";
  const answer = await change(button.form.action, token);
  delete button.dataset.sent;
  if (answer.status === 404) {
    takeOut(tile);
    showNotice(`${item.name} was not here any more.`);
  } else if (answer.status === 200) {
    const putBack = takeOut(tile);
    const undo = answer.events && { actionLabel: "Undo", onAction: () => restore(answer, token, putBack) };
    showNotice(answer.message, undo || {});
  } else {
    showNotice(answer.status ? `${item.name} could not be deleted.` : "The server can’t be reached.", { kind: "danger" });
  }
}

async function restore({ undo, events }, token, putBack) {
  const answer = await change(undo, token, { events });
  if (answer.status >= 200 && answer.status < 300) putBack();
  else showNotice(answer.message ?? "That could not be undone.", { kind: "danger" });
}

/** Take a tile out, and its day with the last one; return a function that puts it back. */
export function takeOut(tile) {
  const day = tile.closest(".day");
  const next = tileAfter(tile);
  tile.remove();
  showDay(day);
  return () => {
    if (!day.isConnected) return refresh(); // another search was made meanwhile
    putTile(tile, day, next);
    showDay(day);
  };
}
