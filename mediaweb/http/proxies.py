"""Who calls when a proxy stands in between: its X-Forwarded-* headers are believed if we were told of it."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from mediaweb.option_values import IpNetwork, parse_address
from mediaweb.settings import Settings

KNOWN_ADDRESSES = 1024


def trust_proxies(app: Flask, settings: Settings) -> None:
    """Put the proxies in TRUSTED_PROXIES between the server and an application."""
    if settings.trusted_proxies:
        networks = [ipaddress.ip_network(network) for network in settings.trusted_proxies]
        app.wsgi_app = TrustedProxies(app.wsgi_app, networks)  # type: ignore[method-assign]


class TrustedProxies:
    """WSGI middleware: X-Forwarded-For, -Proto and -Host count when they come from one of the networks.

    Several proxies in a row each add to X-Forwarded-For: the caller is the last one who is none of them.
    """

    def __init__(self, app: WSGIApplication, networks: Iterable[IpNetwork]) -> None:
        self._app = app
        self._networks = tuple(networks)
        self._is_trusted = lru_cache(KNOWN_ADDRESSES)(self._is_in_networks)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Call the application with the caller's address, scheme and host."""
        if not self._is_trusted(environ.get("REMOTE_ADDR", "")):
            return self._app(environ, start_response)
        hops = self._count_hops(environ.get("HTTP_X_FORWARDED_FOR", ""))
        return ProxyFix(self._app, x_for=hops, x_proto=1, x_host=1)(environ, start_response)

    def _count_hops(self, forwarded_for: str) -> int:
        """Return which entry is the caller's, counted from the end: the proxies of ours come after it."""
        addresses = parse_list_header(forwarded_for)
        for hops, address in enumerate(reversed(addresses), 1):
            if not self._is_trusted(address):
                return hops
        return max(1, len(addresses))

    def _is_in_networks(self, text: str) -> bool:
        address = parse_address(text)
        return address is not None and any(address in network for network in self._networks)
