// Binds behaviours to the elements that ask for them with data-behaviour="name".
// They are imported at once, not when they are met: so all of them are bound before the page counts as loaded,
// and nobody presses Esc, picks a file or checks a box that nothing listens to yet.
import clip from "./clip.js";
import copy from "./copy.js";
import { bindHelpButton as keysButton, markKeys } from "./keys.js";
import menu from "./menu.js";
import pages from "./pages.js";
import pending from "./pending.js";
import picture from "./picture.js";
import player from "./player.js";
import selection from "./selection.js";
import theme from "./theme.js";
import upload from "./upload.js";

const behaviours = {
  clip,
  copy,
  "keys-button": keysButton,
  menu,
  pages,
  pending,
  picture,
  player,
  selection,
  theme,
  upload,
};

export function bind(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(" ")) behaviours[name](element, bind);
  }
  markKeys(root);
}

bind(document);
