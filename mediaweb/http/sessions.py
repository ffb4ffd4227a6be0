"""The browser's session, for those who have one."""

import hashlib

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class OptionalSessions(SecureCookieSessionInterface):
    """Flask's signed cookie sessions, without deriving keys for a request that brings no cookie.

    Programs that call the API never bring one.
    """

    digest_method = staticmethod(hashlib.sha256)  # Flask's is SHA-1

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie when the session has changed; nothing is to be said of one nobody looked at."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)
