"""Who flies through a long list waits for no picture, and no picture is missing where the flight ends."""

from playwright.sync_api import Page

from tests import files
from tests.browser.library import Library

COUNT = 120
TILES = ".tiles__item"
#: Scrolls by so many pixels, five windows a second; returns how the pictures are in the last moment of it.
FLY = """(pixels) => new Promise((resolve) => {
    const from = scrollY;
    const begin = performance.now();
    const speed = (5 * innerHeight) / 1000;
    requestAnimationFrame(function step(now) {
        const flown = Math.min(Math.max(now - begin, 0) * speed, Math.abs(pixels));
        scrollTo({top: from + flown * Math.sign(pixels), behavior: "instant"});
        if (flown < Math.abs(pixels)) return requestAnimationFrame(step);
        resolve([...document.querySelectorAll(".tile__picture")].map((picture) => ({
            isLoaded: picture.naturalWidth > 0,
            isShown: getComputedStyle(picture).display !== "none",
        })));
    });
})"""
ALL_IN_VIEW_ARE_THERE = """() => [...document.querySelectorAll(".tile__picture")]
    .filter((picture) => {
        const {top, bottom} = picture.parentElement.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    })
    .every((picture) => picture.naturalWidth > 0 && picture.checkVisibility())"""


def test_pictures_wait_while_one_flies_through_the_list(library: Library, page: Page) -> None:
    for number in range(COUNT):
        library.upload(f"{number}.png", files.make_png(160, 120, colour=(number, 90, 160)))
    library.make_previews()
    # So that not all of the list is near what is seen.
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(ALL_IN_VIEW_ARE_THERE)

    down = page.evaluate(FLY, 4000)
    assert [each for each in down if not each["isShown"]]
    assert not [each for each in down if each["isLoaded"] and not each["isShown"]]
    page.wait_for_function(ALL_IN_VIEW_ARE_THERE)

    back = page.evaluate(FLY, -3500)
    assert all(each["isShown"] for each in back[:8])
    page.wait_for_function(ALL_IN_VIEW_ARE_THERE)


def test_a_page_further_waits_for_nothing(library: Library, page: Page) -> None:
    for number in range(30):
        library.upload(f"{number}.png", files.make_png(160, 120, colour=(number, 90, 160)))
    library.make_previews()
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto("/")
    page.evaluate("""() => {
        window.flights = 0;
        const grid = document.querySelector("[data-behaviour=grid]");
        new MutationObserver(() => window.flights++).observe(grid, {attributeFilter: ["data-flying"]});
    }""")
    for _ in range(3):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(700)
        page.wait_for_function(ALL_IN_VIEW_ARE_THERE)
    assert page.evaluate("window.flights") == 0
