// Searches while one types. The address says at every moment what is looked for, so that it can be shared, and Back
// and reload show the same.
const PAUSE_MS = 120;

export default function start(form) {
  const input = form.elements.q;
  let timer = 0;
  let asked = input.value.trim();

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  // Enter asks at once, also for what is shown already: it might have changed.
  form.addEventListener("submit", () => clearTimeout(timer));
  form.addEventListener("htmx:after:swap", () => {
    asked = input.value.trim();
    history.replaceState(history.state, "", address());
    scrollTo(0, 0);
  });

  function ask() {
    if (input.value.trim() === asked) return;
    asked = input.value.trim();
    form.dispatchEvent(new Event("search-changed"));
  }

  function address() {
    const data = new FormData(form);
    if (asked === "") data.delete("q");
    const query = new URLSearchParams(data).toString();
    return form.action + (query && `?${query}`);
  }
}
