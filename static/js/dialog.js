// Opens a dialog with a part of a page. Esc, a click beside it and what has data-role="close" close it; the focus
// goes back to where it was.
export function openDialog(html, bind, className = "") {
  const dialog = document.createElement("dialog");
  dialog.className = `dialog ${className}`.trim();
  dialog.replaceContent = (part) => {
    dialog.innerHTML = part;
    dialog.setAttribute("aria-label", dialog.querySelector("h1")?.textContent.trim() ?? "");
    bind(dialog);
  };
  dialog.replaceContent(html);
  const opener = document.activeElement;
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog && event.target.closest("[data-role=close]") === null) return;
    if (event.target === dialog && isInside(dialog, event)) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function isInside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
