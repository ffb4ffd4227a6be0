"""Headers that every response carries unless it says otherwise."""

import secrets

from flask import Flask, Response, g, request

from mediaweb.http.delivery import FileResponse
from mediaweb.settings import Settings
from mediaweb.storage import Stores

#: All that a page needs beside its scripts.
PAGE_POLICY = (
    "default-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
#: What may also come from the store, where browsers fetch files there.
FILE_POLICY = ("img-src 'self' data: blob:", "media-src 'self'", "connect-src 'self'", "frame-src 'self'")
#: What no page of ours uses, so that nothing that slips into one can.
PERMISSIONS_POLICY = ", ".join(
    (
        *("accelerometer=()", "camera=()", "clipboard-read=()", "display-capture=()", "geolocation=()"),
        *("gyroscope=()", "hid=()", "idle-detection=()", "magnetometer=()", "microphone=()", "midi=()"),
        *("payment=()", "serial=()", "usb=()", "xr-spatial-tracking=()"),
        *("clipboard-write=(self)", "fullscreen=(self)"),
    )
)
PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: A year.
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def register_headers(app: Flask, settings: Settings, stores: Stores) -> None:
    """Add the security headers to every response."""
    policy = write_policy(stores.browser_origin)
    app.after_request(lambda response: _add_headers(response, policy))
    app.add_template_global(csp_nonce)
    if settings.is_https:
        app.after_request(_require_https)


def write_policy(browser_origin: str | None) -> str:
    """Return what a page may load, but for scripts; files also from the store that browsers reach, if any."""
    files = FILE_POLICY if browser_origin is None else [f"{part} {browser_origin}" for part in FILE_POLICY]
    return "; ".join((*PAGE_POLICY, *files))


def csp_nonce() -> str:
    """Return this response's nonce: a `<script>` of ours carries it, one that slipped in can't know it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def page_caching() -> str:
    """Return what caches may do with a page: the browser may keep it, and asks before it shows it again.

    What was drawn for somebody who is signed in is not for whoever uses the browser after them.
    """
    return "private, no-cache" if g.get("person") is None else "no-store"


def _add_headers(response: Response, policy: str) -> Response:
    if isinstance(response, FileResponse):  # which brings its own
        return response
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if headers.get("Content-Type", "").startswith("text/html"):
        headers.setdefault("Content-Security-Policy", f"{policy}; script-src {_script_sources()}")
        headers.setdefault("Cache-Control", page_caching())
        response.vary.add("Cookie")  # who is signed in, and the theme
        for name, value in PAGE_HEADERS.items():
            headers.setdefault(name, value)
    return response


def _script_sources() -> str:
    """Return where a page's scripts may come from; what they load themselves is trusted like they are."""
    if "csp_nonce" in g:
        return f"'nonce-{g.csp_nonce}' 'strict-dynamic'"
    return "'self'" if request.endpoint == "static" else "'none'"  # nobody wrote a nonce into a file


def _require_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    return response
