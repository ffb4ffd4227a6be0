// The upload page with scripts: buttons that choose files or a folder, instead of the form for one file.
import { offer } from "../behaviours.js";
import { withoutLitter } from "./dropped.js";

function start(page) {
  page.querySelector("[data-role=form]").hidden = true;
  page.querySelector("[data-role=chooser]").hidden = false;
  for (const input of page.querySelectorAll("[data-role=chooser] input")) bindInput(input);
}

function bindInput(input) {
  const button = input.previousElementSibling;
  button.hidden = input.matches("[webkitdirectory]") && !("webkitdirectory" in input);
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = input.matches("[webkitdirectory]") ? withoutLitter(input.files) : [...input.files];
    input.value = ""; // the same may be chosen again
    document.dispatchEvent(new CustomEvent("mediaweb:upload", { detail: { files } }));
  });
}

offer({ "upload-chooser": start });
