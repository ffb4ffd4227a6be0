"""A long day is kept in several lists, which nobody can see: its rows are full, one as close to the other."""

import re

from playwright.sync_api import Page, Route, expect

from mediaweb.web.gallery import PAGE_SIZE
from tests.browser.library import Library

COUNT = 150
TILES = ".tiles__item"
LISTS = ".day .tiles"
#: What is wrong with the rows of the only day, if anything is.
LOOK = """() => {
    const day = document.querySelector(".day");
    const edge = document.querySelector(".days").getBoundingClientRect();
    const rows = new Map();
    for (const item of day.querySelectorAll(".tiles__item")) {
        const box = item.getBoundingClientRect();
        const top = Math.round(box.top + scrollY);
        rows.set(top, [...(rows.get(top) ?? []), box]);
    }
    const wrong = [];
    const tops = [...rows.keys()];
    tops.forEach((top, at) => {
        const row = rows.get(top);
        const isLast = at === tops.length - 1;
        const { right } = row.at(-1);
        if (Math.abs(row[0].left - edge.left) > 1) wrong.push(`row ${at} begins at ${row[0].left}`);
        if (!isLast && Math.abs(right - edge.right) > 1) wrong.push(`row ${at} ends at ${right}`);
        const gap = tops[at + 1] - top - row[0].height;
        if (!isLast && Math.abs(gap - 4) > 1.5) wrong.push(`behind row ${at} are ${gap} px`);
    });
    return wrong;
}"""
#: The numbers in the names of the tiles, in their order.
NUMBERS = "() => [...document.querySelectorAll('.tile__name')].map((name) => parseInt(name.textContent))"


def open_long_day(library: Library, page: Page) -> None:
    """Open the gallery with a day of many tiles, all of them loaded."""
    for number in range(COUNT):
        library.upload(f"{number}.txt", f"{number}".encode())
    page.goto("/")
    while page.locator(TILES).count() < COUNT:
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(50)
    expect(page.locator(TILES)).to_have_count(COUNT)


def check(page: Page, numbers: list[int]) -> None:
    page.wait_for_timeout(100)  # what is to be tended is tended in the next frame
    assert page.evaluate(LOOK) == []
    assert page.evaluate(NUMBERS) == numbers


def test_the_lists_of_a_day_look_like_one(library: Library, page: Page) -> None:
    open_long_day(library, page)
    numbers = list(range(COUNT))[::-1]
    assert page.locator(LISTS).count() > 3
    check(page, numbers)
    for width in (700, 1500, 390, 1280):  # their rows are others then
        page.set_viewport_size({"width": width, "height": 700})
        check(page, numbers)

    library.upload("150.txt", b"The newest")
    page.reload()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.querySelectorAll('.tiles__item').length >= 60")
    assert page.evaluate(LOOK) == []


def test_a_tile_that_goes_and_comes_back_leaves_no_gap(library: Library, page: Page) -> None:
    open_long_day(library, page)
    page.evaluate("scrollTo(0, 0)")
    numbers = list(range(COUNT))[::-1]
    gone = 2
    first_list = page.locator(LISTS).first.locator(TILES)
    for place in (first_list.count() - 1, 0):  # the last of a list, the first of all
        tile = first_list.nth(place)
        tile.hover()
        tile.get_by_role("checkbox").check()
    page.keyboard.press("Delete")
    expect(page.locator(TILES)).to_have_count(COUNT - gone)
    left = page.evaluate(NUMBERS)
    assert set(left) < set(numbers)
    check(page, left)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(TILES)).to_have_count(COUNT)
    check(page, numbers)


def test_more_tiles_leave_the_focus_where_it_is(library: Library, page: Page) -> None:
    for number in range(PAGE_SIZE + 20):
        library.upload(f"{number}.txt", f"{number}".encode())
    held: list[Route] = []
    page.route(re.compile(r"[?&]after="), lambda route: held.append(route))
    page.goto("/")
    last = page.locator(TILES).nth(PAGE_SIZE - 1)
    last.get_by_role("link").focus()
    name = last.get_by_role("link").inner_text()
    page.wait_for_function("() => document.querySelector('.further[aria-busy]') !== null")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page.locator(TILES)).to_have_count(PAGE_SIZE + 20)
    page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.innerText") == name
