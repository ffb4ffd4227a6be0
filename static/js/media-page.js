// The page of a media: the arrow keys lead to its neighbours, and Back from one that was reloaded leads to the list.
import { offer } from "./behaviours.js";
import "./media_parts.js";

function start(stage) {
  const here = location.pathname;
  // The list had opened this address over itself: then the browser changes only the address.
  addEventListener("popstate", () => {
    if (location.pathname === here) return;
    history.scrollRestoration = "auto";
    location.reload();
  });
  addEventListener("keydown", (event) => {
    const role = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const isFree = event.target === document.body || event.target.matches("main, a, button");
    if (role === undefined || !isFree || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    stage.querySelector(`[rel=${role}]`)?.click();
  });
}

offer({ "media-page": start });
