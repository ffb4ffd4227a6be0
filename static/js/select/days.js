// Gives the heading of every day a box that selects the day.
export function addDayBoxes(grid, selection) {
  grid.addEventListener("change", (event) => {
    if (event.target.matches(".day__box")) selection.set(boxesOf(event.target), event.target.checked);
  });

  /** Show how much of each day is selected. */
  function show() {
    for (const head of grid.querySelectorAll(".day__head")) {
      const day = head.querySelector(".day__box") ?? addBox(head);
      const boxes = selection.size > 0 ? boxesOf(day) : []; // there may be thousands
      const count = boxes.filter((box) => selection.has(box)).length;
      day.checked = count > 0 && count === boxes.length;
      day.indeterminate = count > 0 && count < boxes.length;
    }
  }

  return { show };
}

const boxesOf = (box) => [...box.closest(".day").querySelectorAll(".tile__box")];

function addBox(head) {
  const label = document.createElement("label");
  label.className = "day__select";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", className: "day__box", autocomplete: "off" });
  box.setAttribute("aria-label", `Select all of ${head.textContent.trim()}`);
  label.append(box);
  head.append(label);
  return box;
}
