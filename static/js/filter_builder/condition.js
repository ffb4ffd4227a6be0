// One condition: a field, how it is compared, and with what.
import { makeValue } from "./values.js";

const FIRST = { field: "filename", operator: "icontains", value: "" };

/** Draw a condition. `tools` has the language, the templates and what to call when anything changes. */
export function makeCondition(tools, known = FIRST) {
  const element = tools.draw("condition");
  const part = (role) => element.querySelector(`[data-role=${role}]`);
  const [fields, operators, place] = ["field", "operator", "value"].map(part);
  let field, value;

  fields.append(...tools.language.fields.map((each) => new Option(each.label, each.name)));
  fields.value = known.field;
  if (fields.selectedIndex < 0) fields.value = FIRST.field;

  function showOperators(operator) {
    field = tools.language.fields.find((each) => each.name === fields.value);
    operators.replaceChildren(...field.operators.map((name) => new Option(tools.language.operators[name], name)));
    operators.value = field.operators.includes(operator) ? operator : field.operators[0];
  }

  function showValue(given) {
    value = makeValue(tools.language, field, operators.value, given);
    place.replaceChildren(value);
  }

  fields.addEventListener("change", () => {
    const { kind } = field;
    showOperators(operators.value);
    showValue(kind === field.kind ? value.read() : undefined);
  });
  operators.addEventListener("change", () => showValue(value.read()));
  part("remove").addEventListener("click", () => tools.remove(element));

  showOperators(known.operator);
  showValue(known.value);
  element.read = () => ({ field: field.name, operator: operators.value, value: value.read() });
  element.complain = (path, message) => {
    const problem = part("problem");
    problem.hidden = false;
    problem.querySelector("span").textContent = message;
    const wrong = { field: [fields], operator: [operators] }[path[0]] ?? place.querySelectorAll("select, input, textarea");
    for (const control of wrong) control.ariaInvalid = "true";
  };
  return element;
}
