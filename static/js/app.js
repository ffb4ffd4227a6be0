// Binds behaviours to the elements that ask for them with data-behaviour="name".
// They are imported at once, not when they are met: so all of them are bound before the page counts as loaded,
// and nobody presses Esc, picks a file or checks a box that nothing listens to yet.
import arrows from "./arrows.js";
import advanced from "./filter_builder/index.js";
import clip from "./clip.js";
import copy from "./copy.js";
import filters from "./filters.js";
import grid from "./grid.js";
import { bindHelpButton as keysButton, markKeys } from "./keys.js";
import lightbox from "./lightbox.js";
import live from "./live.js";
import mediaPage from "./media-page.js";
import menu from "./menu.js";
import pages from "./pages.js";
import pending from "./pending.js";
import picture from "./picture.js";
import player from "./player.js";
import results from "./results.js";
import scrubber from "./scrubber.js";
import search from "./search.js";
import select from "./select.js";
import selection from "./selection.js";
import tagField from "./tag_field.js";
import theme from "./theme.js";
import timeline from "./timeline.js";
import uploadChooser from "./upload/chooser.js";
import upload from "./upload/ways_in.js";
import uploaded from "./uploaded.js";

import "../vendor/htmx/htmx.esm.min.js";

const behaviours = {
  ...{ advanced, arrows, clip, copy, filters, grid, lightbox, live, menu, pages, pending, picture, player, results },
  ...{ scrubber, search, select, selection, "tag-field": tagField, timeline, upload, "upload-chooser": uploadChooser },
  ...{ "keys-button": keysButton, "media-page": mediaPage, theme, uploaded },
};

const bound = new WeakSet();

/** Bind what is new below an element; what is bound already is left alone. */
export function bind(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    if (bound.has(element)) continue;
    bound.add(element);
    for (const name of element.dataset.behaviour.split(" ")) behaviours[name](element, bind);
  }
  markKeys(root);
}

bind(document);
for (const change of ["htmx:after:swap", "tiles:drawn"]) document.addEventListener(change, () => bind(document));
