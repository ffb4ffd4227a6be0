// The bar that floats below the tiles while any is selected: how many, and what can be done to them. Its buttons
// are those of the plain form; here they act in place.
import { closeMenuOf } from "../menu.js";
import { showNotice } from "../notices.js";
import { firstSeen } from "../place.js";
import { writeAltTexts } from "./alt_texts.js";
import { ask, change } from "./actions.js";

export function showBar(form, grid, selection, bind) {
  const bar = form.querySelector("[data-role=bar]");
  const count = form.querySelector("[data-role=count]");
  const [number, word] = ["picks__number", "picks__label"].map(makePart);
  const context = { form, grid, selection, bind };
  const actions = { clear, all: () => selection.all(), download: null };

  form.hidden = false;
  form.querySelectorAll("[data-do][hidden]").forEach((button) => (button.hidden = false));
  form.addEventListener("click", (event) => actions[event.target.closest("[data-do]")?.dataset.do]?.());
  form.addEventListener("submit", (event) => {
    if (form.elements.next) form.elements.next.value = location.pathname + location.search;
    if (event.submitter?.dataset.do === "download") return; // a download leaves the page as it is
    event.preventDefault();
    closeMenuOf(event.submitter);
    act(event.submitter);
  });
  selection.addEventListener("full", () => {
    showNotice(`At most ${selection.most.toLocaleString("en")} can be selected at once.`, { kind: "danger" });
  });

  function act(button) {
    const action = button.name === "action" ? button.value : "";
    if (button.dataset.do === "delete") remove();
    else if (action === "alt-texts") writeAltTexts(context);
    else if (action) ask(context, action);
    else change(context, button.formAction, new FormData(form, button), bar);
  }

  /** Where there is a way back nobody is asked. */
  function remove() {
    if (form.querySelector("[data-do=delete]") === null) return;
    if (form.dataset.undo) change(context, form.dataset.delete, new FormData(form), bar);
    else ask(context, "delete");
  }

  /** The focus stays where something is: on the tile that was selected last. */
  function clear() {
    const wasInside = bar.contains(document.activeElement);
    const tile = grid.querySelector(".tiles__item:has(:checked) .tile");
    selection.clear();
    if (wasInside) tile?.focus({ preventScroll: true });
  }

  function show() {
    if (selection.size === 0 && form.contains(document.activeElement)) giveFocusBack();
    form.toggleAttribute("data-active", selection.size > 0);
    number.textContent = selection.size.toLocaleString("en");
    word.textContent = "selected";
    count.replaceChildren(...(selection.size ? [number, " ", word] : [])); // nothing is read aloud about nothing
  }

  /** What was selected is gone, and the bar with it. */
  function giveFocusBack() {
    const tile = firstSeen(grid)?.querySelector(".tile");
    (tile ?? document.querySelector("main")).focus({ preventScroll: true });
  }

  return { show, clear, remove };
}

function makePart(className) {
  const part = document.createElement("span");
  part.className = className;
  return part;
}
