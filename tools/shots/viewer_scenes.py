"""The viewer over the gallery, and the pages of media."""

from collections.abc import Callable

from tools.shots.camera import Scene, Shot
from tools.shots.gallery_scenes import at
from tools.shots.hard_cases import LONG_NAME, RTL_NAME

PICTURE = "Evening at the lake.jpg"
DELETED = "Moving.gif"


def view(name: str, *keys: str) -> Callable[[Shot], None]:
    """Return what opens a media over the gallery and presses keys then."""

    def open_viewer(shot: Shot) -> None:
        shot.open("/")
        tile = shot.page.locator(f"#media-{shot.library.find_id(name)} .tile")
        if not tile.count():
            shot.open(f"/?q={name[:60]}")
        tile.first.evaluate("tile => tile.click()")
        shot.page.locator("dialog.lightbox[open]").wait_for()
        shot.page.locator("dialog .panel__title", has_text=name).wait_for(state="attached")
        shot.page.wait_for_timeout(400)
        for key in keys:
            shot.page.keyboard.press(key)
            shot.page.wait_for_timeout(500)

    return open_viewer


def view_panel(shot: Shot) -> None:
    view(PICTURE)(shot)
    button = shot.page.locator("dialog [data-action=information]")
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def view_long_panel(shot: Shot) -> None:
    view(LONG_NAME)(shot)
    button = shot.page.locator("dialog [data-action=information]")
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def view_without_panel(shot: Shot) -> None:
    view(PICTURE)(shot)
    button = shot.page.locator("dialog [data-action=information]")
    if button.get_attribute("aria-expanded") == "true":
        button.click()


def edit_badly(name: str) -> Callable[[Shot], None]:
    """Return what takes a media's name away in the viewer."""

    def edit(shot: Shot) -> None:
        view(name, "e")(shot)
        field = shot.page.locator("dialog").get_by_label("Name")
        field.fill("")
        field.press("Enter")
        shot.page.get_by_text("Give it a name.").first.wait_for()

    return edit


def delete(name: str) -> Callable[[Shot], None]:
    """Return what deletes a media in the viewer."""

    def delete_in_viewer(shot: Shot) -> None:
        view(name, "Delete")(shot)
        shot.page.locator("dialog .notice--floating").wait_for()

    return delete_in_viewer


def restore(shot: Shot) -> None:
    shot.library.restore_last()


def show(name: str, rest: str = "") -> Callable[[Shot], None]:
    """Return what opens the page of a media."""

    def open_page(shot: Shot) -> None:
        shot.open(f"/gallery/{shot.library.find_id(name)}{rest}")

    return open_page


SCENES = (
    Scene("viewer", view(PICTURE)),
    Scene("viewer-panel", view_panel),
    Scene("viewer-alone", view_without_panel),
    Scene("viewer-long-panel", view_long_panel),
    Scene("viewer-edit", view(PICTURE, "e")),
    Scene("viewer-edit-errors", edit_badly(PICTURE)),
    Scene("viewer-deleted", delete(DELETED), clear_up=restore),
    Scene("viewer-keys", view(PICTURE, "?")),
    Scene("viewer-video", view("Turning discs.mp4")),
    Scene("viewer-audio", view("Encore.mp3")),
    Scene("viewer-pdf", view("Music in the park.pdf")),
    Scene("viewer-text", view("Notes.txt")),
    Scene("viewer-card", view("Archive.zip")),
    Scene("viewer-wide", view("Twenty thousand wide.png")),
    Scene("viewer-tall", view("Forty times as tall.png")),
    Scene("viewer-one-pixel", view("One pixel.png")),
    Scene("viewer-clear", view("Ring.png")),
    Scene("viewer-rtl", view(RTL_NAME)),
    Scene("viewer-broken", view("Broken.png")),
    Scene("viewer-pending", view("Pending.png")),
    Scene("media-page", show(PICTURE), is_whole=True),
    Scene("media-page-long", show(LONG_NAME), is_whole=True),
    Scene("media-page-tall", show("Forty times as tall.png"), is_whole=True),
    Scene("media-page-audio", show("Encore.mp3"), is_whole=True),
    Scene("media-page-failed", show("Broken.png"), is_whole=True),
    Scene("media-page-pending", show("Pending.mp4"), is_whole=True),
    Scene("media-page-visitor", show(PICTURE), who="anyone", is_whole=True),
    Scene("media-page-print", show(PICTURE), widths=(1440,), is_printed=True),
    Scene("gallery-print", at("/"), widths=(1440,), is_printed=True),
    Scene("no-scripts-media-page", show(PICTURE), has_scripts=False, is_whole=True),
    Scene("edit", show(PICTURE, "/edit"), is_whole=True),
    Scene("edit-long", show(LONG_NAME, "/edit"), is_whole=True),
)
