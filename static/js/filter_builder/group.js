// A group of conditions and of further groups, of which all or any must hold.
import { makeCondition } from "./condition.js";

/** Draw a group; the outermost one (`depth` 1) stays. */
export function makeGroup(tools, known, depth = 1) {
  const element = tools.draw("group");
  const part = (role) => element.querySelector(`:scope > * > [data-role=${role}], :scope > [data-role=${role}]`);
  const [operator, members, remove] = ["operator", "members", "remove"].map(part);
  const adders = { condition: part("add-condition"), group: part("add-group") };
  const own = { ...tools, remove: takeAway };

  function add(member) {
    const item = document.createElement("li");
    item.append(member);
    members.append(item);
    return member;
  }

  function draw(given) {
    const isGroup = given !== undefined && given !== null && "conditions" in given;
    return add(isGroup ? makeGroup(own, given, depth + 1) : makeCondition(own, given));
  }

  function takeAway(member) {
    const item = member.parentElement;
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    (next?.querySelector("[data-role=remove]") ?? adders.condition).focus();
    tools.changed();
  }

  function addAndFocus(known) {
    draw(known).querySelector("select").focus();
    tools.changed();
  }

  adders.condition.addEventListener("click", () => addAndFocus());
  adders.group.addEventListener("click", () => addAndFocus({ conditions: [undefined], operator: "or" }));
  adders.group.hidden = depth >= tools.language.max_depth;
  remove.hidden = depth === 1;
  remove.addEventListener("click", () => tools.remove(element));

  operator.value = known.operator === "or" ? "or" : "and";
  known.conditions.forEach(draw);
  element.read = () => ({ conditions: [...members.children].map((item) => item.firstElementChild.read()), operator: operator.value });
  // A problem's place leads through `conditions` and the number of each member.
  element.complain = ([, number, ...path], message) => members.children[number]?.firstElementChild.complain(path, message);
  return element;
}

/** Tell whether a value is a group that can be drawn, as far as its shape goes. */
export function isGroup(value) {
  return Array.isArray(value?.conditions) && value.conditions.every(isMember);
}

function isMember(value) {
  if (typeof value !== "object" || value === null) return false;
  return "conditions" in value ? isGroup(value) : true;
}
