"""What holds for pages holds for their states, too: panels, menus, dialogs, notices, errors, the viewer.

They are set as for the pictures of `make screenshots`, which lets axe look at all of them, at each width in
each scheme; here, it looks at those that differ most.
"""

from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext

from tests import files
from tests.browser.library import Library, Visit
from tests.browser.test_every_page import find_violations
from tools.shots import library as shots
from tools.shots.camera import Scene, Shot
from tools.shots.gallery_scenes import (
    at,
    change_selection,
    lose_the_server,
    open_filters,
    open_help,
    open_order,
    open_person_menu,
    open_selection_menu,
    open_tags,
    set_chips,
    write_alt_texts,
)
from tools.shots.inspection import EXPECTED
from tools.shots.other_scenes import GROUPS, select_in_trash
from tools.shots.upload_scenes import edit_line, finish_in_every_way, forget
from tools.shots.viewer_scenes import delete, edit_badly, view

STATES = (
    Scene("filters", open_filters),
    Scene("chips", set_chips),
    Scene("order", open_order),
    Scene("menu", open_person_menu),
    Scene("keys", open_help),
    Scene("no server", lose_the_server),
    Scene("bad filter", at("/?filter=" + quote('{"a": 1}'))),
    Scene("groups", at(GROUPS)),
    Scene("selection", open_selection_menu),
    Scene("tags", open_tags),
    Scene("alt texts", write_alt_texts),
    Scene("changed", change_selection),
    Scene("viewer", view("Harbour.png", "?")),
    Scene("edited badly", edit_badly("Harbour.png")),
    Scene("sound", view("harbour.wav")),
    Scene("broken", view("broken.png")),
    Scene("deleted", delete("bounce.gif")),
    Scene("trash", select_in_trash),
    Scene("uploads", finish_in_every_way, forget),
    Scene("details", edit_line, forget),
)


@pytest.mark.usefixtures("as_admin")
def test_no_state_keeps_anyone_out(library: Library, context: BrowserContext, visit: Visit) -> None:
    library.fill()
    library.upload("One pixel.png", files.make_png(1, 1))
    for name in ("Pier.png", "Quay.png"):
        library.move_into_trash(library.upload(name, files.make_png(300, 200)))
    violations: dict[str, list[str]] = {}
    for state in STATES:
        shot = Shot(context.new_page(), shots.Library(library.url, library.app), 1280)
        state.set_up(shot)
        violations[state.name] = find_violations(shot.page)
        shot.page.close()
        if state.clear_up:
            state.clear_up(shot)
    assert {name: found for name, found in violations.items() if found} == {}
    assert [line for line in visit.complaints if not any(word in line for word in EXPECTED)] == []
