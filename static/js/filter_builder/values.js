// The controls for a value, as the field and the comparison want it. Each is an element with a method `read`.

/** Make the control; `value` is what the filter has there, if anything. */
export function makeValue(language, field, operator, value) {
  if (language.null_operators.includes(operator)) return makeNothing();
  const isChoice = field.choices.length > 0 && !language.text_operators.includes(operator);
  if (language.list_operators.includes(operator)) {
    const values = Array.isArray(value) ? value : [];
    return isChoice ? makeChecks(field.choices, values) : makeLines(field.kind, values);
  }
  if (isChoice) return makeSelect(field.choices.map((choice) => [choice, choice]), value);
  if (field.kind === "boolean") return makeSelect([[true, "yes"], [false, "no"]], value);
  return makeInput(field.kind, value);
}

function makeNothing() {
  const element = document.createElement("span");
  element.read = () => undefined;
  return element;
}

function makeInput(kind, value) {
  const input = document.createElement("input");
  input.className = "field__input";
  input.ariaLabel = "Value";
  input.type = { integer: "number", number: "number", time: "datetime-local" }[kind] ?? "text";
  if (kind === "number") input.step = "any";
  if (kind === "time") input.step = "1";
  if (kind === "text") input.dir = "auto";
  const isGiven = value !== undefined && value !== null && !Array.isArray(value);
  if (isGiven) input.value = kind === "time" ? writeLocal(value) : String(value);
  input.read = () => readText(kind, input.value);
  return input;
}

function makeSelect(choices, value) {
  const select = document.createElement("select");
  select.className = "field__input";
  select.ariaLabel = "Value";
  select.append(...choices.map(([choice, label]) => new Option(label, String(choice), false, choice === value)));
  select.read = () => choices[select.selectedIndex][0];
  return select;
}

function makeChecks(choices, values) {
  const group = document.createElement("div");
  group.className = "condition__checks";
  group.role = "group";
  group.ariaLabel = "Values";
  for (const choice of choices) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: choice });
    box.checked = values.includes(choice);
    label.append(box, choice);
    group.append(label);
  }
  group.read = () => [...group.querySelectorAll(":checked")].map((box) => box.value);
  return group;
}

function makeLines(kind, values) {
  const area = document.createElement("textarea");
  area.className = "field__input";
  area.rows = 2;
  area.ariaLabel = "Values, one a line";
  area.placeholder = "One a line";
  area.value = values.join("\n");
  area.read = () => area.value.split("\n").filter((line) => line.trim()).map((line) => readLine(kind, line.trim()));
  return area;
}

/** A line's value; what it can't be stays text, and the library says what is wrong with it. */
function readLine(kind, line) {
  if (kind === "boolean") return { true: true, false: false, yes: true, no: false }[line] ?? line;
  const isNumber = kind === "integer" || kind === "number";
  return isNumber && !Number.isNaN(Number(line)) ? Number(line) : line;
}

function readText(kind, text) {
  if (kind === "text") return text;
  if (text === "") return null;
  return kind === "time" ? new Date(text).toISOString().replace(".000Z", "Z") : Number(text);
}

/** A moment as the control has it: on this machine's clock, without a zone. */
function writeLocal(value) {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
