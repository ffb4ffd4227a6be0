// Sends what the bar and its dialogs ask for, says what came of it and draws the tiles anew.
import { openDialog } from "../dialog.js";
import { showNotice } from "../notices.js";
import { redrawTiles } from "../tiles.js";

/** Send a form; return the answer in JSON, or what is wrong in words. */
export async function send(address, data, options = {}) {
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const answer = await fetch(address, { method: "POST", body: data, ...options, headers });
    const body = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    return answer.ok ? { body } : { problem: describeProblem(body) };
  } catch {
    return { problem: "The server can’t be reached. Nothing has changed." };
  }
}

function describeProblem({ detail }) {
  if (Array.isArray(detail)) return detail.map(({ msg }) => msg).join(" ");
  return detail ?? "That did not work. Try again.";
}

/** Change all that are selected; return what is wrong, if anything is. */
export async function change(context, address, data, busy) {
  const ids = context.selection.ids;
  busy.setAttribute("aria-busy", "true");
  const { body, problem } = await send(address, data);
  busy.removeAttribute("aria-busy");
  if (problem) {
    showNotice(problem, { kind: "danger" });
    return problem;
  }
  tell(context, ids, body); // who asked goes on meanwhile
  return null;
}

/** Say what came of it, with the way back where there is one. */
async function tell({ form }, ids, answer) {
  const undo = async () => {
    const data = new FormData();
    data.set("csrf_token", form.elements.csrf_token.value);
    data.set("events", answer.events);
    const { body, problem } = await send(form.dataset.undo, data);
    showNotice(problem ?? body.message, { kind: problem ? "danger" : "success" });
    if (!problem) await redrawTiles(ids);
  };
  const hasUndo = form.dataset.undo && answer.events;
  showNotice(answer.message, {
    kind: answer.is_problem ? "danger" : "success",
    ...(hasUndo && { actionLabel: "Undo", onAction: undo }),
  });
  await redrawTiles(ids);
}

/** Ask in a dialog what the server would ask on a page of its own. */
export async function ask(context, action) {
  const data = new FormData(context.form);
  data.set("action", action);
  const html = await readPart(context.form.getAttribute("action"), { method: "POST", body: data });
  if (html === null) return;
  const dialog = openDialog(html, context.bind);
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await change(context, event.target.getAttribute("action"), new FormData(event.target), dialog);
    if (problem === null) dialog.close();
  });
}

/** Return a part of a page; null, and say why, if it can't be had. */
export async function readPart(address, options = {}) {
  const headers = { Accept: "application/json", "HX-Request": "true" };
  try {
    const answer = await fetch(address, { ...options, headers });
    if (answer.ok) return await answer.text();
    showNotice(describeProblem(await answer.json()), { kind: "danger" });
  } catch {
    showNotice("The server can’t be reached.", { kind: "danger" });
  }
  return null;
}
