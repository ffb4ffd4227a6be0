"""Uploading: the page, and the panel in each of its states."""

import os
import time

from playwright.sync_api import FilePayload

from tests import files
from tools.shots.camera import Scene, Shot
from tools.shots.gallery_scenes import at
from tools.shots.hard_cases import draw_slope

_newest_before: dict[str, int] = {}


def payload(name: str, content: bytes, mime_type: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": mime_type, "buffer": content}


def choose(shot: Shot, *chosen: FilePayload) -> None:
    """Choose files by the button of the upload page."""
    _newest_before[shot.library.url] = shot.library.newest_id()
    shot.open("/upload")
    with shot.page.expect_file_chooser() as chooser:
        shot.page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(chosen)


def forget(shot: Shot) -> None:
    time.sleep(1)  # what was on its way may still arrive
    shot.library.forget_after(_newest_before[shot.library.url])


def noise(name: str, size_bytes: int) -> FilePayload:
    """Return a picture that takes a while to upload."""
    return payload(name, files.make_png(640, 420) + os.urandom(size_bytes))


def choose_slowly(shot: Shot, *chosen: FilePayload) -> None:
    """Choose files, and lend a slow connection; wait until the first is on its way."""
    shot.page.context.new_cdp_session(shot.page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000},
    )
    choose(shot, *chosen)
    shot.page.locator(".upload-line__state", has_text="left").first.wait_for()


def upload_slowly(shot: Shot) -> None:
    names = ("Harbour at dusk.png", "Ferry.png", "Pier, the day after.png", "Quay.png", "Lighthouse.png")
    choose_slowly(shot, *(noise(name, 1_500_000) for name in names))


def finish_in_every_way(shot: Shot) -> None:
    choose(
        shot,
        payload("Harbour at dusk.png", draw_slope(641, 420)),
        payload("fake.jpg", files.make_html(), "image/jpeg"),
        payload("empty.txt", b"", "text/plain"),
        payload("known again.png", files.make_png(1, 1)),
        payload("a-very-long-name-without-any-space-" * 5 + ".txt", b"Long.\n", "text/plain"),
    )
    shot.page.locator(".upload-line[data-state=duplicate]").wait_for()
    shot.page.get_by_text("2 failed").wait_for()


def become_ready(shot: Shot) -> None:
    choose(
        shot, payload("Harbour at dusk.png", draw_slope(641, 420)), payload("Pier.png", draw_slope(500, 640))
    )
    shot.page.locator(".upload-line[data-state=processing]").nth(1).wait_for()
    shot.library.make_previews_after(_newest_before[shot.library.url])
    shot.page.locator(".upload-line[data-state=ready]").nth(1).wait_for()


def edit_line(shot: Shot) -> None:
    become_ready(shot)
    shot.page.get_by_role("button", name="Edit details of Pier.png").click()


def fold(shot: Shot) -> None:
    finish_in_every_way(shot)
    shot.page.locator("[data-role=fold]").click()


def fail_without_scripts(shot: Shot) -> None:
    shot.open("/upload")
    shot.page.get_by_label("File", exact=True).set_input_files(
        [payload("fake.jpg", files.make_html(), "image/jpeg")]
    )
    shot.page.get_by_role("main").get_by_role("button", name="Upload").click()


SCENES = (
    Scene("upload", at("/upload")),
    Scene("upload-visitor", at("/upload"), who="anyone"),
    Scene("upload-running", upload_slowly, clear_up=forget),
    Scene("upload-finished", finish_in_every_way, clear_up=forget),
    Scene("upload-ready", become_ready, clear_up=forget),
    Scene("upload-edit", edit_line, clear_up=forget),
    Scene("upload-folded", fold, clear_up=forget),
    Scene("no-scripts-upload", at("/upload"), has_scripts=False, is_whole=True),
    Scene("no-scripts-upload-failed", fail_without_scripts, has_scripts=False, is_whole=True),
)
