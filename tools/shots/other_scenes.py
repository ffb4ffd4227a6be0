"""Everything else: trash, timeline, filter, accounts, administration, errors."""

from pathlib import Path

from mediaweb.extensions import db
from mediaweb.models import Role
from mediaweb.services import accounts
from mediaweb.services.access import SYSTEM
from mediaweb.settings import Settings
from tools.shots.camera import Scene, Shot
from tools.shots.gallery_scenes import at

GROUPS = (
    "/filter?filter=%7B%22operator%22%3A%22and%22%2C%22conditions%22%3A%5B%7B%22field%22%3A%22file_type%22%2C"
    "%22operator%22%3A%22eq%22%2C%22value%22%3A%22image%22%7D%2C%7B%22operator%22%3A%22or%22%2C%22conditions%22"
    "%3A%5B%7B%22field%22%3A%22filename%22%2C%22operator%22%3A%22contains%22%2C%22value%22%3A%22harbour%22%7D%5D%7D%5D%7D"
)


def select_in_trash(shot: Shot) -> None:
    shot.open("/trash")
    shot.page.locator(".trashed__box").nth(1).check()


def sign_in_badly(shot: Shot) -> None:
    shot.open("/sign-in")
    shot.page.get_by_label("Email").fill("somebody@example.org")
    shot.page.get_by_label("Password", exact=True).fill("not the password")
    shot.page.get_by_role("main").get_by_role("button", name="Sign in").click()


def set_password(shot: Shot) -> None:
    with shot.library.app.app_context():
        email = f"somebody{shot.width}@example.org"
        if user := accounts.find_user_by_email(db.session(), email):
            secret = accounts.invite_again(db.session(), user.id, SYSTEM).secret
        else:
            secret = accounts.invite_user(db.session(), email, "Somebody", Role.MEMBER, SYSTEM).secret
        db.session.remove()
    shot.open(f"/set-password/{secret}")


def open_person(shot: Shot) -> None:
    shot.open("/admin/people")
    shot.page.get_by_role("link", name="Member", exact=True).click()


def remove_person(shot: Shot) -> None:
    open_person(shot)
    shot.open(shot.page.url.removeprefix(shot.library.url) + "/removal")


def lose_the_storage(shot: Shot) -> None:
    media_id = shot.library.find_id("Archive.zip")
    folder = media_folder(shot)
    folder.rename(folder.with_suffix(".away"))
    shot.open(f"/archive?id={media_id}")


def find_the_storage(shot: Shot) -> None:
    media_folder(shot).with_suffix(".away").rename(media_folder(shot))


def media_folder(shot: Shot) -> Path:
    settings: Settings = shot.library.app.extensions["mediaweb_settings"]
    assert settings.media_folder is not None
    return settings.media_folder


def open_media_entry(shot: Shot) -> None:
    shot.open(f"/admin/media/{shot.library.find_id('Archive.zip')}")


def read_documentation(shot: Shot) -> None:
    shot.open("/docs")
    shot.page.locator(".opblock").first.wait_for()


def try_operation(shot: Shot) -> None:
    shot.open("/docs")
    shot.page.locator('[data-path="/media/stats/info"]').click()
    shot.page.get_by_role("button", name="Try it out").click()
    shot.page.get_by_role("button", name="Execute").click()
    shot.page.locator(".live-responses-table").wait_for()
    shot.page.evaluate("scrollTo(0, 0)")


def withhold_documentation(shot: Shot) -> None:
    shot.page.route("**/openapi.json", lambda route: route.fulfill(status=503, body=""))
    shot.open("/docs")
    shot.page.get_by_role("alert").wait_for()


SCENES = (
    Scene("trash", at("/trash")),
    Scene("trash-selected", select_in_trash),
    Scene("trash-empty", at("/trash"), library="empty"),
    Scene("trash-confirm", at("/trash/empty")),
    Scene("no-scripts-trash", at("/trash"), has_scripts=False, is_whole=True),
    Scene("timeline", at("/timeline")),
    Scene("timeline-empty", at("/timeline"), library="empty"),
    Scene("filter", at("/filter"), is_whole=True),
    Scene("filter-groups", at(GROUPS), is_whole=True),
    Scene("no-scripts-filter", at(GROUPS), has_scripts=False, is_whole=True),
    Scene("sign-in", at("/sign-in"), who="anyone"),
    Scene("sign-in-failed", sign_in_badly, who="anyone"),
    Scene("set-password", set_password, who="anyone", is_whole=True),
    Scene("set-password-gone", at("/set-password/nothing"), who="anyone"),
    Scene("account", at("/account"), is_whole=True),
    Scene("account-tokens", at("/account/tokens"), is_whole=True),
    Scene("theme", at("/theme")),
    Scene("admin-media", at("/admin/media")),
    Scene("admin-media-selected", at("/admin/media?q=a&sort=name&selected=all")),
    Scene("admin-media-nothing", at("/admin/media?q=nothing+is+called+so")),
    Scene("admin-media-edit", open_media_entry, is_whole=True),
    Scene("admin-previews", at("/admin/previews"), is_whole=True),
    Scene("admin-people", at("/admin/people"), is_whole=True),
    Scene("admin-people-new", at("/admin/people/new")),
    Scene("admin-person", open_person, is_whole=True),
    Scene("admin-person-removal", remove_person, is_whole=True),
    Scene("admin-activity", at("/admin/activity"), is_whole=True),
    Scene("docs-page", read_documentation, is_whole=True),
    Scene("docs-operation", try_operation, is_whole=True),
    Scene("docs-unreadable", withhold_documentation),
    Scene("no-scripts-docs", at("/docs"), has_scripts=False),
    Scene("upload-test", at("/static/media-upload-test.html")),
    Scene("websocket-test", at("/static/websocket-test.html")),
    Scene("not-found", at("/nope")),
    Scene("forbidden", at("/admin/people"), who="member"),
    Scene("unavailable", lose_the_storage, find_the_storage),
)
