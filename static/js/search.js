// Searches while one types. What is typed in one go is one step of the history, so that Back undoes the search.
import { currentState, showState } from "./results.js";

const PAUSE_MS = 120;

export default function start(form) {
  const input = form.elements.q;
  let timer = 0;
  let asked = input.value.trim();
  let isTyping = false;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => input.value.trim() !== asked && ask(), PAUSE_MS);
  });
  input.addEventListener("blur", () => (isTyping = false));
  // Enter asks at once, also for what is shown already: it might have changed.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
  document.addEventListener("gallery:state", ({ detail: state }) => {
    const wanted = state.get("q") ?? "";
    if (wanted === asked) return;
    asked = wanted;
    input.value = wanted; // Back led to another search
    isTyping = false;
  });

  function ask() {
    asked = input.value.trim();
    const state = currentState();
    if (asked === "") state.delete("q");
    else state.set("q", asked);
    showState(state, isTyping ? "replace" : "push");
    isTyping = true;
  }
}
