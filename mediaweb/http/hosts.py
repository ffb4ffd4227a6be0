"""The host names that the library answers to.

A page of another site can make its own name resolve to this machine (DNS rebinding). To the browser it
then is of one origin with us, and may do all that somebody on this machine may. So we answer only to names
that nobody else can point at us.
"""

import re
from functools import lru_cache, partial

from flask import Flask, request

from mediaweb.errors import HostNotTrusted, MalformedRequest
from mediaweb.option_values import parse_address
from mediaweb.settings import Settings

#: Names that are resolved in one's own network only (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`).
PRIVATE_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test")
KNOWN_HOSTS = 256

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::[0-9]{0,5})?", re.IGNORECASE)


def register_host_check(app: Flask, settings: Settings) -> None:
    """Check the host of every request; register before whatever else looks at requests."""
    is_trusted = lru_cache(KNOWN_HOSTS)(partial(_is_trusted, _listed_names(settings), settings.trusted_hosts))

    def check_trusted_host() -> None:
        host = request.environ.get("HTTP_HOST")
        if host is not None and not is_trusted(host):  # browsers always send one
            raise HostNotTrusted

    app.before_request(check_trusted_host)


def _listed_names(settings: Settings) -> frozenset[str]:
    """Return the names that options mention, besides those below a name."""
    names = set(settings.trusted_hosts or [settings.host.lower()])
    if settings.public_url is not None and settings.public_url.host:
        names.add(settings.public_url.host.strip("[]"))
    return frozenset(names)


def _is_trusted(listed: frozenset[str], trusted_hosts: tuple[str, ...], host: str) -> bool:
    """Tell whether we answer to a header Host. Raises `MalformedRequest` for what is no host's name."""
    match = _HOST.fullmatch(host)
    if match is None:
        raise MalformedRequest("The header Host is not the name of a host.")
    name = (match[1] or match[2]).lower().removesuffix(".")
    address = parse_address(name)
    if (str(address) if address else name) in listed:
        return True
    if not trusted_hosts:
        return address is not None or "." not in name or name.endswith(PRIVATE_SUFFIXES)
    if address is not None:
        return address.is_loopback
    suffixes = tuple(suffix for suffix in trusted_hosts if suffix.startswith("."))
    return name == "localhost" or name.endswith((".localhost", *suffixes))
