// Checkboxes of a table: all at once, how many, and the actions once there is something to act on.
import { offer } from "./behaviours.js";

function start(form) {
  const label = form.querySelector('[data-role="all"]');
  const all = label.querySelector("input");
  const ones = [...form.querySelectorAll('[data-role="one"]')];
  const bar = form.querySelector('[data-role="actions"]');
  const count = form.querySelector('[data-role="count"]');
  let last = null;

  function show() {
    const selected = ones.filter((one) => one.checked).length;
    all.checked = selected === ones.length;
    all.indeterminate = selected > 0 && !all.checked;
    count.textContent = selected ? `${selected} selected` : "";
    bar.toggleAttribute("data-idle", selected === 0);
  }

  label.hidden = false;
  form.querySelector('[data-role="all-link"]').hidden = true;
  all.addEventListener("change", () => {
    for (const one of ones) one.checked = all.checked;
    show();
  });
  form.addEventListener("click", (event) => {
    const one = ones.indexOf(event.target);
    if (one < 0) return;
    if (event.shiftKey && last !== null) {
      for (const other of ones.slice(Math.min(one, last), Math.max(one, last) + 1)) other.checked = ones[one].checked;
    }
    last = one;
    show();
  });
  addEventListener("pageshow", show); // Back brings the boxes back as they were
  show();
}

offer({ selection: start });
