"""What options accept. Each function returns a value in the one form that we use, or raises `ValueError`.

The word for a limit that is switched off is `OFF`.
"""

import ipaddress
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from limits import RateLimitItem, parse_many
from pydantic import AnyHttpUrl
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

OFF = "off"

_MIME_PATTERN = re.compile(r"\*/\*|[a-z0-9][a-z0-9!#$&^_.+-]*/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)")
_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
_MAX_EMAIL_LENGTH = 254
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalize_mime_pattern(pattern: str) -> str:
    """Return `image/*`, `video/mp4` or `*/*` in lower case."""
    pattern = pattern.lower()
    if not _MIME_PATTERN.fullmatch(pattern):
        raise ValueError("not a MIME type")
    return pattern


def normalize_origin(origin: str) -> str:
    """Return an origin as browsers write it: lower case, punycode, no default port."""
    url = AnyHttpUrl(origin)
    is_more = url.path not in (None, "/") or url.query or url.fragment or url.username or url.password
    if is_more or origin.endswith(("/", "?", "#")):
        raise ValueError("not an origin")
    port = "" if url.port in (None, _DEFAULT_PORTS[url.scheme]) else f":{url.port}"
    return f"{url.scheme}://{url.host}{port}"


def normalize_host(host: str) -> str:
    """Return a host name as browsers send it, with the leading dot that means all below it; or an address."""
    if (address := parse_address(host.strip("[]"))) is not None:
        return str(address)
    dot, name = ("." if host.startswith(".") else ""), host.removeprefix(".")
    if not name or set(name) & set("/@:?#[]*\\%"):
        raise ValueError("not a host name")
    shown = AnyHttpUrl(f"http://{name}").host or ""
    if not _HOST_NAME.fullmatch(shown):
        raise ValueError("not a host name")
    return dot + shown


def normalize_network(network: str) -> str:
    """Return an IP address or network as a network: `10.0.0.1/32`, `fd00::/8`."""
    return str(ipaddress.ip_network(network, strict=False))


def normalize_listening_address(host: str) -> str:
    """Return an IP address or a host name that a server can listen on."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        is_name = _HOST_NAME.fullmatch(host) and not host.replace(".", "").isdigit()
        if not is_name:
            raise
    return host


def normalize_database_url(value: str) -> str:
    """Return a URL for SQLAlchemy: the driver named, a SQLite file absolute."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("not a URL") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername != "sqlite" or url.host or url.database in (None, "", ":memory:"):
        raise ValueError("not a supported database")  # each connection would have a memory of its own
    return url.set(database=str(Path(url.database or "").expanduser().resolve())).render_as_string()


def check_redis_url(value: str) -> None:
    """Raise `ValueError` for what is no address of a Redis server."""
    url = urlsplit(value)
    if url.scheme not in ("redis", "rediss") or not url.hostname or url.port == 0:
        raise ValueError("not the address of a Redis server")


def normalize_email(value: str) -> str:
    """Return an email address in lower case."""
    if len(value) > _MAX_EMAIL_LENGTH or not _EMAIL.fullmatch(value):
        raise ValueError("not an email address")
    return value.lower()


def normalize_rate_limit(value: str) -> str:
    """Return a limit in the notation of `limits`, `20 per minute` or several; or `OFF`."""
    value = value.strip()
    if value.lower() == OFF:
        return OFF
    if any(item.amount < 1 for item in parse_rate_limit(value)):
        raise ValueError("refuses everyone")
    return value


@lru_cache(16)
def parse_rate_limit(value: str) -> tuple[RateLimitItem, ...]:
    """Return the limits that a value means; none for `OFF`."""
    return () if value == OFF else tuple(parse_many(value))


@lru_cache(1024)
def parse_address(text: str) -> IpAddress | None:
    """Return an IP address, an IPv4 one also where it is written as IPv6; None for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
