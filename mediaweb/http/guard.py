"""The one door of every route: who may call it is stated where it is written, and checked before it runs."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request

from mediaweb.errors import AuthenticationRequired, Forbidden
from mediaweb.http.callers import current_actor, current_person, has_csrf_header, ignore_cookie, take_ticket
from mediaweb.http.origins import check_origin
from mediaweb.services import access

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "allowed_callers"


class Callers(StrEnum):
    """Who may call a route. What they see and change there, the services decide."""

    #: Everybody, in every mode.
    EVERYBODY = "everybody"
    #: Whoever may look at public media: everybody, but in mode `none` only who is signed in.
    VIEWERS = "viewers"
    #: The same, to open a WebSocket: by a ticket, too, and from no other web site.
    VIEWERS_BY_SOCKET = "viewers by socket"
    #: The same, by the API, to change something: a cookie alone doesn't tell who asks for it. (Forms of our
    #: pages bring a token of their own.)
    EDITORS = "editors"
    #: Who is signed in with a browser.
    PEOPLE = "people"
    #: The same, admins only.
    ADMINS = "admins"


def open_to(callers: Callers) -> Callable[[View], View]:
    """State who may call a view. A view that does not say is called by nobody: the start fails."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, callers)
        return view

    return mark


def register_guard(app: Flask) -> None:
    """Check every request against what its route states. To be registered after the check of its origin."""
    open_to(Callers.EVERYBODY)(app.view_functions["static"])
    app.before_request(_check)


def check_routes(app: Flask) -> None:
    """Raise `RuntimeError` for routes that don't state who may call them."""
    unmarked = sorted(name for name, view in app.view_functions.items() if not hasattr(view, _ATTRIBUTE))
    if unmarked:
        raise RuntimeError(f"who may call these routes is not stated: {', '.join(unmarked)}")


def _check() -> None:
    """Raise `AuthenticationRequired`, `InvalidToken`, `Forbidden` or `InvalidCsrfToken`."""
    if request.endpoint is None:  # there is no such page, for whoever it is
        return
    if request.method == "OPTIONS":  # tells methods only; a browser's preflight never says who asks
        return
    callers: Callers = getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE)
    if callers is Callers.EVERYBODY:
        return
    if callers in (Callers.PEOPLE, Callers.ADMINS):
        _check_person(callers)
        return
    if callers is Callers.VIEWERS_BY_SOCKET:
        check_origin()
        if "ticket" in request.args:
            take_ticket(request.args["ticket"])
    if callers is Callers.EDITORS and "HTTP_COOKIE" in request.environ and not has_csrf_header():
        ignore_cookie()
    access.check_may_look(current_actor())


def _check_person(callers: Callers) -> None:
    person = current_person()
    if person is None:
        raise AuthenticationRequired("Sign in to open this page.")
    if callers is Callers.ADMINS and not person.actor.is_admin:
        raise Forbidden("This page is for admins.")
