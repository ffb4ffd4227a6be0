// Selects tiles and acts on them. Without a script their boxes can be checked all the same, and the form below the
// tiles sends them.
import { showBar } from "./select/bar.js";
import { addDayBoxes } from "./select/days.js";
import { followKeys } from "./select/keys.js";
import { followPointer } from "./select/pointer.js";
import { Selection } from "./select/selection.js";

export default function start(grid, bind) {
  const form = document.getElementById("selection");
  const selection = new Selection(grid, Number(form.dataset.most));
  const days = addDayBoxes(grid, selection);
  const bar = showBar(form, grid, selection, bind);
  followPointer(grid, selection);
  followKeys(grid, selection, bar);

  function show() {
    // Styles ask the page's root, not for what is anywhere below it: that would be looked for at every change.
    for (const element of [grid, document.documentElement]) element.toggleAttribute("data-selecting", selection.size > 0);
    days.show();
    bar.show();
  }

  selection.addEventListener("change", show);
  // Tiles come and go: more of them, another search, one that was drawn anew.
  new MutationObserver((changes) => {
    if (changes.some((change) => change.target.matches(".gallery, .days, .tiles"))) selection.sync();
  }).observe(grid, { childList: true, subtree: true });
  addEventListener("pageshow", () => selection.read()); // Back brings the boxes back as they were
  selection.read();
}
