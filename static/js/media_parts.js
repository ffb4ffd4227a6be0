// What the parts of a media do that the server draws, on its page and in the viewer.
import { offer } from "./behaviours.js";
import pages from "./pages.js";
import pending from "./pending.js";
import player from "./player.js";

offer({ pages, pending, player });
