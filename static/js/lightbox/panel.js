// The panel beside or below the picture. Beside it, whether it is wanted is remembered; below, it takes much of the
// window and comes when it is asked for.
const wide = matchMedia("(min-width: 960px)");
const MEMORY = "information";

export class Panel {
  constructor(dialog, bind) {
    this.element = dialog.querySelector("[data-role=panel]");
    this.button = dialog.querySelector("[data-action=information]");
    this.dialog = dialog;
    this.bind = bind;
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Begin as one last left it. */
  restore() {
    this.setOpen(wide.matches && recall() !== "hidden");
  }

  toggle() {
    this.setOpen(!this.isOpen);
    if (wide.matches) remember(this.isOpen ? "shown" : "hidden");
  }

  setOpen(isOpen) {
    if (!isOpen && this.element.contains(document.activeElement)) this.button.focus();
    this.element.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    this.dialog.toggleAttribute("data-panel", isOpen);
  }

  /** Another media is shown, and nothing is known of it yet: what stands there is about the last one. */
  wait() {
    if (this.element.contains(document.activeElement)) this.dialog.focus();
    this.element.setAttribute("aria-busy", "true");
    this.element.inert = true;
  }

  /** Show what is known; of the same media as before, with the focus and the view where they are. */
  show(content, isSame = false) {
    const focused = document.activeElement;
    const hadFocus = this.element.contains(focused);
    const { scrollTop } = this.element;
    this.element.removeAttribute("aria-busy");
    this.element.inert = false;
    this.element.replaceChildren(content);
    this.element.scrollTop = isSame ? scrollTop : 0;
    this.bind(this.element);
    if (hadFocus) ((isSame && this.find(focused.dataset.action)) || this.dialog).focus();
  }

  fail(message, retry) {
    const notice = document.createElement("div");
    const text = document.createElement("p");
    const button = document.createElement("button");
    notice.className = "panel lightbox__failure";
    text.textContent = message;
    Object.assign(button, { className: "button", type: "button", textContent: "Try again" });
    button.addEventListener("click", retry);
    notice.append(text, button);
    this.show(notice);
  }

  /** Return the link or button for an action on what is shown; none as long as the panel is about something else. */
  find(action) {
    if (this.element.inert) return null;
    return this.element.querySelector(`[data-action=${action}]`);
  }
}

// Where a browser keeps nothing for a page, it asks anew each time.
function recall() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem(MEMORY, value);
  } catch {
    // not remembered
  }
}
