"""`/theme`: whether pages are light, dark, or as the system is; kept in a cookie, so that no page flashes."""

from enum import StrEnum

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from mediaweb.http.guard import Callers, open_to
from mediaweb.web.next_pages import next_address

COOKIE = "theme"
LIFETIME_SECONDS = 365 * 24 * 3600
#: `--page` of `static/css/tokens.css`, for what reads no style sheet.
PAGE_COLOURS = {"light": "#fcfcfc", "dark": "#0c0d0f"}

blueprint = Blueprint("themes", __name__, url_prefix="/theme")


class Theme(StrEnum):
    """The choices; `auto` is no cookie."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def register_themes(app: Flask) -> None:
    """Give the templates `theme` and `page_colours`."""
    app.context_processor(lambda: {"theme": read_theme(), "page_colours": PAGE_COLOURS})


def read_theme() -> Theme:
    """Return what this browser chose."""
    return parse_theme(request.cookies.get(COOKIE))


def parse_theme(value: str | None) -> Theme:
    """Return the theme of that name, `auto` for any other."""
    return Theme(value) if value in list(Theme) else Theme.AUTO


@blueprint.get("")
@open_to(Callers.EVERYBODY)
def edit() -> str:
    """Draw the form, for browsers without JavaScript."""
    return render_template("themes/edit.html", next=next_address(url_for("gallery.index")))


@blueprint.post("")
@open_to(Callers.EVERYBODY)
def update() -> Response:
    """Keep the choice and go back to where the visitor came from."""
    chosen = parse_theme(request.form.get("theme"))
    response = make_response(redirect(next_address(url_for("gallery.index")), 303))
    if chosen is Theme.AUTO:
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=LIFETIME_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=False,  # the script of the menu sets it, too; it tells nothing
        samesite="Lax",
    )
    return response
