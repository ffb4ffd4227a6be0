"""Who calls: not known, not allowed, too often, or not from here."""

from mediaweb.errors.base import MediaWebError


class HostNotTrusted(MediaWebError):
    """The request is for a host name that somebody else may have pointed at us."""

    status = 400
    code = "host_not_trusted"
    detail = "This library does not answer to this host name. TRUSTED_HOSTS lists those that it answers to."


class AuthenticationRequired(MediaWebError):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    code = "authentication_required"
    detail = "Sign in, or send an access token, to do this."


class Forbidden(MediaWebError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    detail = "You may not do this."


class InvalidToken(AuthenticationRequired):
    """The access token is none of ours, was revoked, or has expired."""

    code = "invalid_token"
    detail = "This access token does not exist, has expired or was revoked."


class InvalidTicket(AuthenticationRequired):
    """The ticket was used already, or its time is over."""

    code = "invalid_ticket"
    detail = "This ticket was used already or has expired. Ask for a new one."


class InsufficientScope(Forbidden):
    """The access token is for reading only."""

    code = "insufficient_scope"
    detail = "This access token may only read. Use one with the scope `write`."


class LinkExpired(Forbidden):
    """A signed link's time is over, or it was made for a file that has become private since."""

    code = "link_expired"
    detail = "This link no longer works. Ask whoever gave it to you for a new one."


class CrossSiteRequest(Forbidden):
    """Another web site asked a browser to change something here."""

    code = "cross_site_request"
    detail = "Requests from this origin may not change anything here. CORS_ORIGINS lists those that may."


class InvalidCsrfToken(Forbidden):
    """A form came back without the token that proves this site drew it."""

    code = "invalid_csrf_token"
    detail = "This form is no longer valid. Load the page again and send it once more."


class WrongCredentials(MediaWebError):
    """No account that may sign in has this email address and this password; which of it is not told."""

    status = 422
    code = "wrong_credentials"
    detail = "The email address or the password is wrong."


class TooManyFailures(MediaWebError):
    """Signing in has failed too often lately."""

    status = 429
    code = "too_many_failures"
    detail = "Signing in has failed too often. Wait a few minutes and try again."

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


class TooManyRequests(MediaWebError):
    """The caller has done this too often lately."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after_seconds:,} seconds.")
        self.retry_after_seconds = retry_after_seconds


class UserNotFound(MediaWebError):
    """No account has this id, or this email address."""

    status = 404
    code = "user_not_found"
    detail = "There is no such person."


class TokenNotFound(MediaWebError):
    """The user has no token with this id."""

    status = 404
    code = "token_not_found"
    detail = "There is no such token."


class OneTimeLinkNotFound(MediaWebError):
    """The link was used, has expired, or was replaced by a newer one."""

    status = 404
    code = "one_time_link_not_found"
    detail = "This link was used already or has expired. Ask an admin for a new one."


class LastAdmin(MediaWebError):
    """Without this account nobody could look after the library."""

    status = 422
    code = "last_admin"
    detail = "This is the only active admin. Somebody else has to be one first, with a password of their own."


class OwnAccount(MediaWebError):
    """Nobody deletes the account by which they act."""

    status = 422
    code = "own_account"
    detail = "You can’t delete your own account. Ask another admin."
