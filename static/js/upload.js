// Adds to the upload form: the chosen file's size, a check before sending, and progress while sending.
import { fileSize } from "./formats.js";

export default function start(form) {
  const file = form.elements.file;
  file.addEventListener("change", () => checkFile(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (checkFile(form)) send(form);
  });
}

/** Tell what was chosen; return whether the server would take a file so large. */
function checkFile(form) {
  const input = form.elements.file;
  const chosen = form.querySelector("[data-role=chosen]");
  const [file] = input.files;
  const limit = Number(form.dataset.maxBytes);
  const isTooLarge = file !== undefined && file.size > limit;
  const complaint = `This file has ${file && fileSize(file.size)}; the limit is ${fileSize(limit)}.`;
  input.setCustomValidity(isTooLarge ? complaint : "");
  chosen.hidden = file === undefined;
  chosen.classList.toggle("field__error", isTooLarge);
  chosen.textContent = isTooLarge ? complaint : file ? `${file.name}, ${fileSize(file.size)}` : "";
  return !isTooLarge;
}

function send(form) {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  // Asks for the address of the new media instead of a redirect, which a script could not see.
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.upload.addEventListener("progress", (event) => showProgress(form, event.loaded / event.total));
  request.addEventListener("load", () => finish(form, request));
  request.addEventListener("error", () =>
    showState(form, "The connection broke. Nothing was stored; try again.")
  );
  request.send(new FormData(form));
  form.querySelector("[type=submit]").disabled = true;
  showProgress(form, 0);
}

function showProgress(form, share) {
  showState(form, share < 1 ? `${Math.floor(share * 100)} %` : "Storing…", share * 100);
}

/** Show a line beside the button; with a bar while something is under way. */
function showState(form, text, percent) {
  const progress = form.querySelector("[data-role=progress]");
  const bar = progress.querySelector("progress");
  progress.hidden = false;
  bar.hidden = percent === undefined;
  bar.value = percent ?? 0;
  progress.querySelector("span").textContent = text;
  if (percent === undefined) form.querySelector("[type=submit]").disabled = false;
}

function finish(form, request) {
  const address = request.getResponseHeader("Location");
  if (request.status === 201 && address) {
    location.assign(address);
    return;
  }
  redraw(form, request.responseText);
}

/** Put the server's answer, the form with its reasons or an error page, in the place of the form. */
function redraw(form, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const main = document.querySelector("main");
  const newMain = answer.querySelector("main");
  if (newMain === null) {
    showState(form, "The server gave no answer that could be shown. Try again.");
    return;
  }
  document.title = answer.title;
  main.className = newMain.className;
  main.replaceChildren(...newMain.childNodes);
  const newForm = main.querySelector("form");
  if (newForm === null) return;
  keepFile(form.elements.file, newForm.elements.file);
  start(newForm);
  main.querySelector("[role=alert]")?.focus();
}

/** A new field for a file is empty; the old one still knows what was chosen. */
function keepFile(oldInput, newInput) {
  newInput.files = oldInput.files;
  newInput.form.querySelector("[data-role=choose-again]")?.remove();
}
