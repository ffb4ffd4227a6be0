// Deletes a media and takes its tile out of the grid; where the server can undo that, it comes back to its place.
import { showNotice } from "../notices.js";
import { change } from "../requests.js";
import { idOf, redrawTiles, takeOut } from "../tiles.js";

/** By the button of the panel. Where the answer has `events`, to be sent to its address `undo`, the notice offers that. */
export async function deleteMedia(button, item) {
  if (!button.form) return location.assign(button.href); // it can't be undone: a page asks
  const { token, sent } = button.dataset;
  if (sent !== undefined) return; // pressed twice
  button.dataset.sent = "";
  const answer = await change(button.form.action, token);
  delete button.dataset.sent;
  if (answer.status === 404) {
    takeOutOf(item);
    showNotice(`${item.name} was not here any more.`);
  } else if (answer.status === 200) {
    takeOutOf(item);
    const undo = answer.events && { actionLabel: "Undo", onAction: () => restore(answer, token, item) };
    showNotice(answer.message, undo || {});
  } else {
    showNotice(answer.status ? `${item.name} could not be deleted.` : "The server can’t be reached.", { kind: "danger" });
  }
}

async function restore({ undo, events }, token, item) {
  const answer = await change(undo, token, { events });
  if (answer.status >= 200 && answer.status < 300) await redrawTiles([idOf(item)]);
  else showNotice(answer.message ?? "That could not be undone.", { kind: "danger" });
}

/** Take the tile out at once, if nobody was faster. */
export function takeOutOf(item) {
  const tile = document.getElementById(item.id);
  if (tile !== null) takeOut(tile);
}
