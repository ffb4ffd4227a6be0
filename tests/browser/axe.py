"""What axe-core finds on a page as it stands."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent / "files" / "axe-core" / "axe.min.js"
#: WCAG 2.2 A and AA, and what axe takes for good practice.
ALL_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules whose findings depend on the theme.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
#: What an open menu covers in part is no target until the menu is closed, which the next click anywhere does.
RUN = """async (runOnly) => {
  const {violations} = await axe.run(document, {runOnly, iframes: false, resultTypes: ["violations"]});
  const panels = [...document.querySelectorAll(".menu[open] .menu__panel")];
  const menus = panels.map((panel) => panel.getBoundingClientRect());
  const isCovered = ({target}) => {
    const box = document.querySelector(target[0]).getBoundingClientRect();
    return menus.some((menu) => menu.left < box.right && box.left < menu.right && menu.top < box.bottom
      && box.top < menu.bottom);
  };
  for (const rule of violations.filter(({id}) => id === "target-size"))
    rule.nodes = rule.nodes.filter((node) => !isCovered(node));
  return violations.filter((rule) => rule.nodes.length > 0);
}"""
#: How many places are told of those that break a rule.
MOST_PLACES = 3


def find_violations(page: Page, rules: tuple[str, ...] = ALL_RULES) -> list[str]:
    """Return axe's findings, a line for each rule that is broken; of rules by name or all with these tags."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_read_source())
    found: list[dict[str, Any]] = page.evaluate(RUN, list(rules))
    return [_tell(rule["id"], rule["nodes"]) for rule in found]


def _tell(rule: str, nodes: list[dict[str, Any]]) -> str:
    places = [f"\n  {node['html'][:300]}\n    {node['failureSummary'][:500]}" for node in nodes[:MOST_PLACES]]
    return f"{rule} in {len(nodes)} places, such as{''.join(places)}"


@cache
def _read_source() -> str:
    return SOURCE.read_text()
