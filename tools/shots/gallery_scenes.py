"""The gallery: full, empty, narrowed, selected from."""

import re
from collections.abc import Callable
from unittest.mock import patch

from playwright.sync_api import Route

from mediaweb.web import timeline
from tools.shots.camera import Scene, Shot


def at(address: str) -> Callable[[Shot], None]:
    """Return what opens an address."""

    def open_address(shot: Shot) -> None:
        shot.open(address)

    return open_address


def open_filters(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator(".finder__toggle").click()


def set_chips(shot: Shot) -> None:
    shot.open("/?type=image&visibility=public&tag=Sea&tag=Boats&q=e")


def open_person_menu(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator(".bar__links .menu__toggle").click()


def open_order(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator("#sort > summary").click()


def scroll_down(shot: Shot) -> None:
    shot.open("/")
    for _ in range(3):
        shot.page.mouse.wheel(0, 900) if shot.width > 820 else shot.page.evaluate("scrollBy(0, 900)")
        shot.page.wait_for_timeout(300)


def focus_tiles(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator(".tile").first.focus()
    shot.page.keyboard.press("ArrowRight")


def select(shot: Shot) -> None:
    shot.open("/")
    boxes = shot.page.locator(".tile__box")
    for number in (1, 3, 4):
        boxes.nth(number).evaluate("box => box.click()")


def open_selection_menu(shot: Shot) -> None:
    select(shot)
    shot.page.get_by_title("Visibility").click()


def open_tags(shot: Shot) -> None:
    select(shot)
    shot.page.get_by_title("Add and remove tags").click()
    shot.page.get_by_role("dialog").get_by_label("Add tags").fill("se")
    shot.page.wait_for_timeout(400)


def write_alt_texts(shot: Shot) -> None:
    select(shot)
    shot.page.get_by_title("Write alt texts, one after the other").click()
    shot.page.get_by_role("dialog").get_by_label("Alt text").wait_for()


def change_selection(shot: Shot) -> None:
    select(shot)
    shot.page.route("**/selection/update", answer_change)
    shot.page.get_by_title("Visibility").click()
    shot.page.get_by_role("button", name="Make public").click()
    shot.page.locator(".notice--floating").wait_for()


def answer_change(route: Route) -> None:
    """Say that it is done, and do nothing."""
    route.fulfill(json={"message": "3 media changed.", "is_problem": False, "events": "1"})


def lose_the_server(shot: Shot) -> None:
    shot.open("/")
    shot.page.route("**/*", lambda route: route.abort())
    shot.page.locator("#q").press_sequentially("harbour")
    shot.page.locator("#find-failed").wait_for()


def wait_for_answer(shot: Shot) -> None:
    shot.open("/")
    shot.page.route("**/?q=*", lambda _: None)
    shot.page.locator("#q").press_sequentially("harbour")
    shot.page.wait_for_timeout(600)


def show_strip(shot: Shot) -> None:
    """Draw the strip though the demo is too short for one, and go to its second month by keys."""
    drawn = draw_strip(shot)
    shot.page.route(
        re.compile(r"/timeline(\?|$)"), lambda route: route.fulfill(body=drawn, content_type="text/html")
    )
    shot.open("/")
    strip = shot.page.locator("#scrubber")
    strip.locator("[aria-current]").evaluate("month => month.focus()")
    shot.page.keyboard.press("ArrowDown")


def draw_strip(shot: Shot) -> str:
    with patch.object(timeline, "LEAST_MEDIA", 0):
        return shot.library.app.test_client().get("/timeline", headers={"HX-Request": "true"}).text


def open_help(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator("#main").focus()
    shot.page.keyboard.press("?")
    shot.page.locator("#keys[open]").wait_for()


def scroll_to_the_end(shot: Shot) -> None:
    shot.open("/")
    shot.page.locator(".picks").scroll_into_view_if_needed()


SCENES = (
    Scene("gallery", at("/")),
    Scene("gallery-visitor", at("/"), who="anyone"),
    Scene("gallery-further-down", scroll_down),
    Scene("gallery-very-wide", at("/?type=image"), widths=(2560,)),
    Scene("gallery-empty", at("/"), library="empty"),
    Scene("gallery-nothing-found", at("/?q=nothing+is+called+so&type=video")),
    Scene("gallery-few", at("/?type=audio")),
    Scene("gallery-filters", open_filters),
    Scene("gallery-chips", set_chips),
    Scene("gallery-bad-filter", at("/?filter=%7B%22a%22%3A1%7D")),
    Scene("gallery-menu", open_person_menu),
    Scene("gallery-visitor-menu", open_person_menu, who="anyone"),
    Scene("gallery-order", open_order),
    Scene("gallery-focus", focus_tiles),
    Scene("gallery-strip", show_strip, widths=(1440,)),
    Scene("gallery-keys", open_help),
    Scene("gallery-server-down", lose_the_server),
    Scene("gallery-waiting", wait_for_answer),
    Scene("selection", select),
    Scene("selection-menu", open_selection_menu),
    Scene("selection-tags", open_tags),
    Scene("selection-alt-texts", write_alt_texts),
    Scene("selection-changed", change_selection),
    Scene("no-scripts-gallery", at("/"), has_scripts=False),
    Scene("no-scripts-gallery-end", scroll_to_the_end, has_scripts=False),
)
