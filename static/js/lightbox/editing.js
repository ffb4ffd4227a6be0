// Edits a media in the panel, by the same form as on its page: with the reasons beside the fields, until it is saved.
import { showNotice } from "../notices.js";
import { ask } from "../requests.js";
import { takeApart } from "./parts.js";

export class Editing {
  /** `saved` is called with what the server says of the media then, `dropped` where the form was left. */
  constructor(panel, { saved, dropped }) {
    Object.assign(this, { panel, saved, dropped, form: null, before: "", wasWarned: false, unwarn: null });
    addEventListener("beforeunload", (event) => this.isChanged && event.preventDefault()); // the browser asks
  }

  get isOpen() {
    return this.form !== null && this.form.isConnected;
  }

  get isChanged() {
    return this.isOpen && readForm(this.form) !== this.before;
  }

  async start(address) {
    const answer = await ask(address);
    const { form } = answer?.ok ? takeApart(await answer.text()) : {};
    if (!form) {
      showNotice(explain(answer, "It can’t be edited now."), { kind: "danger" });
      return;
    }
    this.show(form);
    this.before = readForm(form);
    form.querySelector(".field__input").focus();
  }

  /** Leave the form; what was changed in it is dropped at the second time only. */
  cancel() {
    if (this.mayLeave()) this.stop();
  }

  mayLeave() {
    if (!this.isChanged || this.wasWarned) return true;
    this.wasWarned = true;
    this.unwarn?.();
    this.unwarn = showNotice("What you changed isn’t saved. Once more, and it is dropped.", { kind: "plain" });
    return false;
  }

  stop() {
    this.form = null;
    this.wasWarned = false;
    this.unwarn?.();
    this.dropped();
  }

  show(form) {
    this.form = form;
    this.panel.setOpen(true);
    this.panel.show(form);
    form.classList.add("lightbox__form");
    form.querySelector("[data-action=ask]")?.remove(); // the panel has it
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.addEventListener("input", () => (this.wasWarned = false));
    form.querySelector("[data-action=cancel]").addEventListener("click", (event) => {
      event.preventDefault();
      this.stop();
    });
  }

  async send() {
    const button = this.form.querySelector("[type=submit]");
    button.disabled = true;
    const answer = await ask(this.form.action, { method: "POST", body: new FormData(this.form) });
    button.disabled = false;
    const read = answer?.ok || answer?.status === 422 ? takeApart(await answer.text()) : {};
    if (read.form) {
      this.show(read.form);
      (read.form.querySelector("[aria-invalid=true]") ?? read.form.querySelector("[role=alert]")).focus();
    } else if (read.panel || read.gone) {
      this.form = null;
      this.saved(read);
    } else {
      showNotice(explain(answer, "That could not be saved."), { kind: "danger" });
    }
  }
}

function explain(answer, otherwise) {
  if (answer === null) return "The server can’t be reached. Try again when it can.";
  if (answer.status === 404) return "It is not here any more.";
  return [400, 401, 403].includes(answer.status) ? "You may not change it, or were signed out. Reload the page." : otherwise;
}

function readForm(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
