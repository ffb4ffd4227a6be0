// A button that copies the field beside it. Browsers offer the clipboard on secure pages only.
const CONFIRMED_MS = 2000;

export default function start(group) {
  const field = group.querySelector("input");
  const button = group.querySelector("button");
  const label = button.querySelector("span");
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = "Copy"), CONFIRMED_MS);
    } catch {
      field.select();
    }
  });
}
