// Closes an open menu by Esc, which gives the focus back, and when anything else is clicked or focused.
export default function start(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const closeFromOutside = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeFromOutside);
  document.addEventListener("focusin", closeFromOutside);
}
