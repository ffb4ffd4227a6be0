"""By what a caller proved who they are, kept to ask later whether it still holds. Never the secret itself."""

from dataclasses import dataclass
from enum import StrEnum

from mediaweb.services import browser_sessions, tokens
from mediaweb.services.access import Actor


class CredentialKind(StrEnum):
    """What it is that holds."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind of thing, not a secret


@dataclass(frozen=True, slots=True)
class Credential:
    """A browser's session or a program's access token, by the hash of its secret."""

    kind: CredentialKind
    secret_hash: str


def find_actor(credential: Credential) -> Actor | None:
    """Return for whom it stands now; None if it is over, revoked, or its account is closed."""
    if credential.kind is CredentialKind.TOKEN:
        return tokens.find_actor(credential.secret_hash)
    person = browser_sessions.find_by_hash(credential.secret_hash)
    return None if person is None else person.actor
