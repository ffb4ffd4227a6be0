"""Changes that another web site asks a browser for are refused, unless that site is in CORS_ORIGINS."""

from flask import Flask, request
from flask_wtf.csrf import CSRFError

from mediaweb.errors import CrossSiteRequest, InvalidCsrfToken
from mediaweb.extensions import csrf, settings
from mediaweb.http.callers import base_url, check_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Of a form of ours without a file. Uploads are read as streams, within limits of their own.
MAX_FORM_BYTES = 256 * 1024


def register_origin_check(app: Flask) -> None:
    """Check the origin, and a form's token, of every request that could change something."""
    app.before_request(_check_change)


def _check_change() -> None:
    """Raise `CrossSiteRequest` for another site's request, `InvalidCsrfToken` for a form without its token.

    Programs other than browsers name no origin.
    """
    if request.method in SAFE_METHODS:
        return
    check_host()  # before anything is changed
    check_origin()
    _check_form()


def check_origin() -> None:
    """Raise `CrossSiteRequest` for a request that another web site has a browser make.

    Browsers ask nobody before they open a WebSocket: there it is checked, too.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        is_foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    else:
        own_origins = (_origin_of(base_url()), _origin_of(request.host_url))
        is_foreign = origin not in own_origins and origin not in settings.cors_origins
    if is_foreign:
        raise CrossSiteRequest


def _check_form() -> None:
    # Also where no length is announced; a form could else fill memory, or the disk with files.
    request.max_content_length = MAX_FORM_BYTES
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        raise InvalidCsrfToken from None
    request.max_content_length = None  # what is exempt reads its own stream


def _origin_of(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
