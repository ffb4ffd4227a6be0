// The form of filters: what one chooses is applied at once, and the form follows the chips and the history.
import { currentState, showState } from "./results.js";

const PAUSE_MS = 400;

export default function start(panel) {
  const form = panel.querySelector("form");
  const summary = panel.querySelector("summary");
  let timer = 0;

  form.querySelector("[data-role=apply]").hidden = true;
  form.addEventListener("change", () => soon(0));
  form.addEventListener("input", (event) => soon(event.target.matches("select, [type=checkbox]") ? 0 : PAUSE_MS));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    event.preventDefault(); // it is not for what is selected, too
    panel.open = false;
    summary.focus();
  });
  document.addEventListener("gallery:state", ({ detail: state }) => follow(state));

  function soon(delay) {
    clearTimeout(timer);
    timer = setTimeout(apply, delay);
  }

  function apply() {
    clearTimeout(timer);
    const before = currentState();
    const state = currentState();
    for (const control of shownControls()) state.delete(control.name);
    for (const control of shownControls()) addValues(state, control);
    if (asText(state) !== asText(before)) showState(state);
  }

  function follow(state) {
    for (const control of shownControls()) {
      const values = state.getAll(control.name);
      if (control.type === "checkbox") control.checked = values.includes(control.value);
      else if (!isBeingWritten(control)) write(control, values.join(", "));
    }
    const time = state.get("sort") === "taken" ? "Taken" : "Uploaded";
    for (const word of form.querySelectorAll("[data-role=time]")) word.textContent = time;
  }

  function shownControls() {
    return [...form.elements].filter((each) => each.name && !each.closest("[data-role=kept]"));
  }
}

function addValues(state, control) {
  const isUnchecked = control.type === "checkbox" && !control.checked;
  const values = control.name === "tag" ? control.value.split(",") : [control.value];
  if (isUnchecked) return;
  for (const value of values) if (value.trim()) state.append(control.name, value.trim());
}

function write(control, text) {
  if (control.value === text) return;
  control.value = text;
  control.dispatchEvent(new Event("input")); // the field of tags draws its chips from it
}

/** A date is half written, or a tag, while the focus is in it. */
function isBeingWritten(control) {
  return control === document.activeElement && control.matches("input");
}

function asText(state) {
  const sorted = new URLSearchParams(state);
  sorted.sort();
  return sorted.toString();
}
