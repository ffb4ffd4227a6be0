"""How often one caller may do something: RATE_LIMIT_API, RATE_LIMIT_UPLOAD and RATE_LIMIT_SIGN_IN.

Flask-Limiter keeps the counts, and keeps them in memory while Redis is down. It would look at every request;
ours are counted only where a limit applies, and past its bookkeeping, which takes longer than counting.
"""

import ipaddress
import logging
import math
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from flask import Flask, request
from flask_limiter import RateLimitExceeded
from limits import RateLimitItem
from limits.strategies import RateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from mediaweb.errors import TooManyRequests
from mediaweb.extensions import limiter, settings
from mediaweb.http.callers import current_actor
from mediaweb.option_values import parse_address, parse_rate_limit
from mediaweb.settings import Settings

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

API_ENDPOINTS = ("media.", "media_trash.", "media_uploads.", "live.")
#: A player asks for a film in thousands of ranges.
UNLIMITED_ENDPOINTS = frozenset({"media.download", "media.thumbnail"})
UPLOAD_ENDPOINTS = ("media.create", "media_uploads.create", "upload.create")
SIGN_IN_ENDPOINTS = ("sessions.create",)
#: What says that somebody else's request is handed on.
FORWARDING_HEADERS = frozenset({"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"})
#: Of an IPv6 address, what belongs to one household: its rest changes at will.
IPV6_PREFIX = 64
#: Redis is near; if it does not answer at once, memory does. In seconds.
REDIS_PATIENCE = 0.5


class SharedLimit:
    """What an option allows one caller, whichever of the views under it is called."""

    def __init__(self, option: str) -> None:
        """Name the option by its attribute in the settings."""
        self._option = option

        def pass_limit() -> None:
            pass

        pass_limit.__qualname__ = option  # Flask-Limiter tells limits apart by the function's name
        self._count_or_fall_back = limiter.shared_limit(
            lambda: str(getattr(settings, option)), scope=option, key_func=limit_key
        )(pass_limit)

    def __call__(self, view: View) -> View:
        """Decorate a view: count its calls, and raise `TooManyRequests` beyond the limit."""

        @wraps(view)
        def limited(*args: Any, **values: Any) -> Any:
            self.count()
            return view(*args, **values)

        return limited  # type: ignore[return-value] # the same signature

    def count(self) -> None:
        """Count this request. Raises `TooManyRequests` beyond the limit."""
        items = parse_rate_limit(getattr(settings, self._option))
        if not items or comes_from_this_machine():
            return
        strategy = limiter.limiter
        if strategy.storage is not limiter.storage:  # Redis is down; Flask-Limiter looks when it is back
            self._count_carefully()
            return
        try:
            self._count(items, strategy)
        except strategy.storage.base_exceptions as error:
            log.warning("Limits are counted in memory until Redis can be reached: %s", error)
            self._count_carefully()

    def _count(self, items: Iterable[RateLimitItem], strategy: RateLimiter) -> None:
        key = limit_key()
        for item in items:
            if not strategy.hit(item, key, self._option):
                raise _exceeded(strategy.get_window_stats(item, key, self._option).reset_time)

    def _count_carefully(self) -> None:
        try:
            self._count_or_fall_back()
        except RateLimitExceeded:
            assert limiter.current_limit is not None
            raise _exceeded(limiter.current_limit.reset_at) from None


def bind_limiter(app: Flask, settings: Settings) -> None:
    """Let an application count in Redis, or in memory without REDIS_URL and while Redis is down."""
    app.config.update(RATELIMIT_STORAGE_URI="memory://")
    if settings.redis_url is not None:
        app.config.update(
            RATELIMIT_STORAGE_URI=settings.redis_url.get_secret_value(),
            RATELIMIT_STORAGE_OPTIONS={
                "socket_connect_timeout": REDIS_PATIENCE,
                "socket_timeout": REDIS_PATIENCE,
                "retry": Retry(NoBackoff(), 0),
            },
            RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        )
    app.extensions["limiter"] = {limiter}  # as if its hooks were in place already
    limiter.init_app(app)


def register_limits(app: Flask) -> None:
    """Put the limits before the views they apply to; call it when all views are registered."""
    for endpoint in list(app.view_functions):
        if endpoint.startswith(API_ENDPOINTS) and endpoint not in UNLIMITED_ENDPOINTS:
            app.view_functions[endpoint] = limit_api(app.view_functions[endpoint])
    for limit, endpoints in ((limit_uploads, UPLOAD_ENDPOINTS), (limit_sign_in, SIGN_IN_ENDPOINTS)):
        for endpoint in endpoints:
            app.view_functions[endpoint] = limit(app.view_functions[endpoint])


def limit_key() -> str:
    """Return who calls, as far as limits care: an account, or else an address (for IPv6, a network's)."""
    actor = current_actor()
    if actor.user_id is not None:
        return f"user {actor.user_id}"
    return _network_of(request.environ.get("REMOTE_ADDR") or "unknown")


def caller_network() -> str | None:
    """Return the network that a request comes from; None for a program on this machine."""
    return None if comes_from_this_machine() else _network_of(request.environ.get("REMOTE_ADDR") or "unknown")


@lru_cache(1024)
def _network_of(text: str) -> str:
    address = parse_address(text)
    if address is None or address.version == 4:
        return str(address or text)
    return str(ipaddress.ip_network((int(address), IPV6_PREFIX), strict=False))


def comes_from_this_machine() -> bool:
    """Tell whether a program on this machine calls for itself.

    A proxy on this machine that TRUSTED_PROXIES does not list calls for others.
    """
    environ = request.environ
    address = parse_address(environ.get("REMOTE_ADDR", ""))
    if address is None or not address.is_loopback:
        return False
    return "werkzeug.proxy_fix.orig" in environ or environ.keys().isdisjoint(FORWARDING_HEADERS)


def _exceeded(reset_at: float) -> TooManyRequests:
    return TooManyRequests(max(1, math.ceil(reset_at - time.time())))


#: Decorators of views; those named above get theirs by `register_limits`.
limit_sign_in = SharedLimit("rate_limit_sign_in")
limit_uploads = SharedLimit("rate_limit_upload")
limit_api = SharedLimit("rate_limit_api")
