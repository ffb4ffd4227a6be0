// Builds a group of the filter language from conditions that one picks. The JSON beside it says the same at every
// moment, and may be written by hand instead; it is what is sent.
import { offer } from "../behaviours.js";
import { isGroup, makeGroup } from "./group.js";
import { offerCopy, writeCurl } from "./output.js";

function start(form) {
  const part = (role) => form.querySelector(`[data-role=${role}]`);
  const read = (role) => JSON.parse(part(role).textContent);
  const [builder, source, curl, unreadable] = ["builder", "source", "curl", "unreadable"].map(part);
  const json = form.elements.filter;
  const call = read("call");
  const tools = {
    language: read("language"),
    draw: (name) => form.querySelector(`template[data-role=${name}]`).content.firstElementChild.cloneNode(true),
    changed: write,
  };
  let root = null;

  function show(group) {
    root = makeGroup(tools, group);
    builder.replaceChildren(root);
    builder.hidden = false;
  }

  function write() {
    const group = root.read();
    json.value = JSON.stringify(group, null, 2);
    curl.textContent = writeCurl(call, group);
  }

  function readJson() {
    const group = parse(json.value);
    unreadable.hidden = group !== null;
    builder.hidden = group === null;
    if (group === null) return;
    show(group);
    curl.textContent = writeCurl(call, group);
  }

  builder.addEventListener("input", write);
  builder.addEventListener("change", write);
  json.addEventListener("input", readJson);
  offerCopy(part("copy"), curl);

  const known = parse(json.value);
  if (known === null) return;
  show(known.conditions.length ? known : { ...known, conditions: [undefined] });
  source.open = false;
  for (const { loc, msg } of read("problems")) root.complain(loc, msg);
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return isGroup(value) ? value : null;
  } catch {
    return null; // it is being written
  }
}

offer({ advanced: start });
