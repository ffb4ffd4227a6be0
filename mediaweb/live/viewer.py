"""Who listens: a connection with the rights it came with, and its place in the log."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mediaweb.live.audience import Audience
from mediaweb.live.connection import Connection
from mediaweb.services.access import Actor
from mediaweb.services.credentials import Credential

if TYPE_CHECKING:
    from mediaweb.live.hub import Hub


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a connection. `network` is where from, None for a program on this machine."""

    actor: Actor
    credential: Credential | None
    network: str | None


class Viewer(Connection):
    """A connection that hears what its audience may; `position` is the last event it has been told of."""

    __slots__ = ("audience", "caller", "hub", "position")

    def __init__(self, descriptor: int, hub: "Hub", audience: Audience, caller: Caller) -> None:
        super().__init__(descriptor)
        self.hub = hub
        self.audience = audience
        self.caller = caller
        self.position = 0

    @abstractmethod
    def greet(self, last_event_id: int) -> None:
        """Send what comes first; `last_event_id` is the newest event there is."""

    @abstractmethod
    def reset(self) -> None:
        """Send that what was missed is not known: all is to be loaded anew."""

    def leave(self) -> None:
        self.hub.forget(self)
