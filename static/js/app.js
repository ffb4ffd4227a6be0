// What every page has, or most people use in the gallery. It is imported at once, not when it is met: so all of it is
// bound before the page counts as loaded, and nobody presses Esc, picks a file or checks a box that nothing listens to yet.
import arrows from "./arrows.js";
import { offer } from "./behaviours.js";
import clip from "./clip.js";
import copy from "./copy.js";
import filters from "./filters.js";
import grid from "./grid.js";
import { bindHelpButton as keysButton } from "./keys.js";
import lightbox from "./lightbox.js";
import live from "./live.js";
import menu from "./menu.js";
import picture from "./picture.js";
import results from "./results.js";
import scrubber from "./scrubber.js";
import search from "./search.js";
import select from "./select.js";
import tagField from "./tag_field.js";
import theme from "./theme.js";
import timeline from "./timeline.js";
import upload from "./upload/ways_in.js";
import uploaded from "./uploaded.js";

import "../vendor/htmx/htmx.esm.min.js";

offer({
  ...{ arrows, clip, copy, filters, grid, lightbox, live, menu, picture, results, scrubber, search, select },
  ...{ "tag-field": tagField, timeline, upload, "keys-button": keysButton, theme, uploaded },
});
