// Says what was just done, at the bottom of the page, and may offer one thing to do about it.
const MESSAGE_MS = 6000;
const ACTION_MS = 12_000;
let place = null;

/** Show a notice and read it aloud politely; `kind` is "success" or "danger". */
export function showNotice(message, { kind = "success", actionLabel, onAction, timeoutMs } = {}) {
  place ??= addPlace();
  const notice = document.createElement("div");
  notice.className = `toast toast--${kind}`;
  const words = document.createElement("p");
  words.textContent = message;
  notice.append(words);
  const timer = setTimeout(() => notice.remove(), timeoutMs ?? (actionLabel ? ACTION_MS : MESSAGE_MS));
  if (actionLabel) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "toast__action", textContent: actionLabel });
    button.addEventListener("click", () => {
      clearTimeout(timer);
      notice.remove();
      onAction();
    });
    notice.append(button);
  }
  place.replaceChildren(notice);
}

function addPlace() {
  const element = document.createElement("div");
  element.className = "toasts";
  element.setAttribute("role", "status");
  document.body.append(element);
  return element;
}
