// Writes what pictures show, one after the other, by the keyboard alone: Enter saves and goes on.
import { openDialog } from "../dialog.js";
import { showNotice } from "../notices.js";
import { redrawTiles } from "../tiles.js";
import { readPart, send } from "./actions.js";

export async function writeAltTexts({ form, bind }) {
  const data = new FormData(form);
  data.set("action", "alt-texts");
  const { body, problem } = await send(form.getAttribute("action"), data);
  if (problem) return showNotice(problem, { kind: "danger" });
  // The server tells which of them are pictures that one may change, by their ids; here their order counts.
  const ids = body.ids.map(String);
  if (ids.length === 0) return showNotice("None of these are pictures that you may change.", { kind: "danger" });
  const saved = new Set();
  let at = 0;
  let dialog = null;

  async function show() {
    const html = await readPart(`${form.dataset.altText}?id=${ids[at]}`);
    if (html === null) return dialog?.close();
    if (dialog === null) open(html);
    else dialog.replaceContent(html);
    arrange();
  }

  function open(html) {
    dialog = openDialog(html, bind, "dialog--wide");
    dialog.addEventListener("click", follow);
    dialog.addEventListener("keydown", saveByEnter);
    dialog.addEventListener("submit", (event) => event.preventDefault());
    dialog.addEventListener("close", finish);
  }

  /** The server drew one picture; it is one of several. */
  function arrange() {
    dialog.querySelector("[data-role=place]").textContent = `${at + 1} of ${ids.length}`;
    dialog.querySelector("[value=save]").textContent = at + 1 < ids.length ? "Save and next" : "Save";
    dialog.querySelector("[value=back]").disabled = at === 0;
    const text = dialog.querySelector("textarea");
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  function saveByEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
    event.preventDefault();
    dialog.querySelector("[value=save]").click();
  }

  async function follow(event) {
    const button = event.target.closest("button[name=go]");
    if (button === null || dialog.hasAttribute("aria-busy")) return;
    if (button.value === "save" && !(await save())) return;
    at += button.value === "back" ? -1 : 1;
    if (at < ids.length) await show();
    else dialog.close();
  }

  async function save() {
    const text = dialog.querySelector("textarea").value.trim();
    if (text === dialog.querySelector("[name=shown_alt_text]").value) return true;
    dialog.setAttribute("aria-busy", "true");
    const { problem } = await send(`${form.dataset.media}${ids[at]}`, JSON.stringify({ alt_text: text || null }), {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    });
    dialog.removeAttribute("aria-busy");
    const place = dialog.querySelector("[data-role=problem]");
    place.hidden = problem === undefined;
    place.textContent = problem ?? "";
    if (problem === undefined) saved.add(ids[at]);
    return problem === undefined;
  }

  async function finish() {
    if (saved.size === 0) return;
    showNotice(saved.size === 1 ? "One alt text is saved." : `${saved.size} alt texts are saved.`);
    await redrawTiles([...saved]);
  }

  await show();
}
