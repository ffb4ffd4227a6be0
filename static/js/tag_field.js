// Shows a text of tags with commas as chips, and completes the next one as it is typed.
// The text stays where it was, in an input that is hidden now: it tells of changes with `change`, and draws the
// chips anew on `input`, for code that has set another text.
import Offers from "./tag_offers.js";

const MOST = 50;
const LONGEST = 64;

const fold = (name) => name.normalize("NFC").toLowerCase().toUpperCase();
const split = (text) => text.split(/[,\n]/).map((name) => name.trim().replace(/\s+/g, " ")).filter(Boolean);

export default function start(field) {
  const real = field.querySelector("input");
  const initial = real.value;
  const template = field.querySelector("template");
  const box = field.appendChild(document.createElement("div"));
  const chips = box.appendChild(document.createElement("ul"));
  const typed = box.appendChild(real.cloneNode());
  const note = field.appendChild(document.createElement("p"));
  const offers = new Offers(box, typed, field.dataset.offers, has, choose);
  let names = [];
  let isMarked = false;

  box.className = "field__input tag-field__box";
  chips.className = "tags";
  chips.ariaLabel = "Chosen tags";
  chips.role = "list"; // without bullets, Safari takes it for none
  note.className = "visually-hidden";
  note.role = "status";
  typed.className = "tag-field__typed";
  for (const name of ["name", "value"]) typed.removeAttribute(name);
  typed.value = "";
  typed.maxLength = LONGEST;
  typed.enterKeyHint = "done";
  real.type = "hidden";
  real.removeAttribute("id");

  function has(name) {
    return names.some((known) => fold(known) === fold(name));
  }

  function draw() {
    chips.replaceChildren(...names.map((name) => {
      const chip = template.content.cloneNode(true);
      chip.querySelector("span").textContent = name;
      chip.querySelector("button").ariaLabel = `Remove ${name}`;
      return chip;
    }));
    chips.hidden = names.length === 0;
    mark(false);
  }

  function set(changed, words, isProblem = false) {
    names = changed;
    real.value = names.join(", ");
    note.textContent = words;
    note.className = isProblem ? "field__hint" : "visually-hidden";
    draw();
    real.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function add(text) {
    const added = [];
    for (const name of split(text)) {
      if (!has(name) && !added.some((known) => fold(known) === fold(name))) added.push(name);
    }
    if (added.length === 0) return;
    const fitting = added.slice(0, MOST - names.length);
    const isTooMuch = fitting.length < added.length;
    set([...names, ...fitting], isTooMuch ? `${MOST} tags are the most.` : `${fitting.join(", ")} added.`, isTooMuch);
  }

  function remove(index) {
    const [name] = names.slice(index, index + 1);
    set(names.toSpliced(index, 1), `${name} removed.`);
  }

  function mark(isToBeMarked) {
    isMarked = isToBeMarked;
    for (const chip of chips.children) chip.toggleAttribute("data-marked", isMarked && !chip.nextElementSibling);
    if (isMarked) note.textContent = `Press Backspace again to remove ${names.at(-1)}.`;
  }

  function choose(text) {
    add(text);
    typed.value = "";
    offers.close();
  }

  function onBackspace(event) {
    if (typed.value || names.length === 0) return;
    event.preventDefault();
    if (isMarked) remove(names.length - 1);
    else mark(true);
  }

  const take = () => typed.value.trim() && choose(typed.value);

  function onKey(event) {
    if (event.isComposing || offers.takeKey(event)) return;
    if (event.key === "Backspace") return onBackspace(event);
    if (isMarked) mark(false);
    if (event.key === "Enter" && typed.value.trim()) {
      event.preventDefault();
      take();
    }
  }

  function onInput() {
    const [last, ...whole] = typed.value.split(",").reverse();
    if (whole.length) add(whole.reverse().join(","));
    if (whole.length) typed.value = last.trimStart();
    offers.ask(typed.value);
  }

  function onPaste(event) {
    const text = event.clipboardData.getData("text");
    if (!/[,\n]/.test(text)) return;
    event.preventDefault(); // what is longer than one tag would be cut off
    choose(typed.value + text);
  }

  function onClick(event) {
    const button = event.target.closest("button");
    if (button) remove([...chips.children].indexOf(button.closest("li")));
    if (!event.target.closest("[role=listbox]")) typed.focus();
  }

  function onBlur(event) {
    // A button that is being pressed must not move away under the pointer: `submit` takes what is typed then.
    if (!event.relatedTarget?.matches("button")) take();
    mark(false);
    offers.close();
  }

  function read(text) {
    names = [];
    for (const name of split(text)) if (!has(name)) names.push(name);
    draw();
  }

  typed.addEventListener("keydown", onKey);
  typed.addEventListener("input", onInput);
  typed.addEventListener("paste", onPaste);
  typed.addEventListener("blur", onBlur);
  box.addEventListener("click", onClick);
  real.addEventListener("input", () => read(real.value));
  real.form?.addEventListener("submit", take);
  real.form?.addEventListener("reset", () => { real.value = initial; read(initial); });
  read(initial);
}
