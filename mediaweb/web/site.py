"""What browsers and crawlers ask of every site: icon, manifest, and where crawlers may go."""

from typing import Any

from flask import Blueprint, Response, current_app, json, request, url_for

from mediaweb.extensions import settings
from mediaweb.http.guard import Callers, open_to
from mediaweb.settings import AnonymousAccess
from mediaweb.web.themes import PAGE_COLOURS

#: Long enough to spare questions, short enough that a new version is soon known.
CACHING = "public, max-age=86400"
#: Pages that are forms, or for who is signed in.
CLOSED_TO_CRAWLERS = ("/account", "/admin/", "/set-password/", "/sign-in", "/theme", "/upload")
#: File, size in pixels, and whether a system may cut it to its own shape.
ICONS = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("icon-maskable-192.png", 192, "maskable"),
    ("icon-maskable-512.png", 512, "maskable"),
)

blueprint = Blueprint("site", __name__)


@blueprint.get("/favicon.ico")
@open_to(Callers.EVERYBODY)
def favicon() -> Response:
    """Get the icon, for programs that look for it at the usual place."""
    return current_app.send_static_file("img/favicon.ico")


@blueprint.get("/manifest.webmanifest")
@open_to(Callers.EVERYBODY)
def manifest() -> Response:
    """Get what a system shows of the library when it is put among its apps."""
    return _cacheable(json.dumps(_describe_app()), "application/manifest+json")


@blueprint.get("/robots.txt")
@open_to(Callers.EVERYBODY)
def robots() -> Response:
    """Tell crawlers where they may go: to what everybody may see."""
    is_open = settings.anonymous_access is not AnonymousAccess.NONE
    closed = CLOSED_TO_CRAWLERS if is_open else ("/",)
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in closed)]
    return _cacheable("\n".join(lines) + "\n", "text/plain")


def _describe_app() -> dict[str, Any]:
    start = url_for("gallery.index")
    return {
        "id": start,
        "name": "mediaweb",
        "description": "A library of pictures, videos, sound and documents.",
        "lang": "en",
        "dir": "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": PAGE_COLOURS["light"],
        "theme_color": PAGE_COLOURS["light"],
        "icons": [
            {
                "src": url_for("static", filename=f"img/{name}"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in ICONS
        ],
        "shortcuts": [{"name": "Upload", "url": url_for("upload.new")}],
    }


def _cacheable(content: str, mime_type: str) -> Response:
    return Response(content, mimetype=mime_type, headers={"Cache-Control": CACHING})
