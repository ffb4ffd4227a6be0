"""Writers that upload, change, hide, show, delete and restore media at random, through the API."""

import http.client
import json
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.api.calls import END, PNG, write_part

#: Stands in the description of everything while it is private, and of nothing else.
HIDDEN = "hidden-"
FORM = "multipart/form-data; boundary=b"


@dataclass
class Tally:
    """How many changes are still to be made, shared by all writers."""

    left: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Take one change to make; False if none is left."""
        with self.lock:
            self.left -= 1
            return self.left >= 0


class Writer:
    """Makes changes with one account's token until the tally says that it is enough.

    A request that fails because a web worker was killed is left at that: the log tells what it did.
    """

    def __init__(self, port: int, token: str, tally: Tally, seed: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tally = tally
        self._chance = random.Random(seed)
        self._seed = seed
        self._mine: list[int] = []
        self._trashed: list[int] = []
        #: Anything but success and what a killed worker explains.
        self.surprises: list[tuple[str, int, bytes]] = []

    def run(self) -> None:
        """Make changes until it is enough."""
        while self._tally.take():
            self._change_something()
        self._connection.close()

    def _change_something(self) -> None:
        deeds = [self._upload, self._describe, self._describe, self._hide, self._show, self._delete]
        deeds += [self._trash, self._restore]
        self._chance.choice(deeds if self._mine else [self._upload])()

    def _upload(self) -> None:
        is_public = self._chance.random() < 0.7
        description = "shown" if is_public else f"{HIDDEN}{self._seed}"
        fields = {"is_public": str(is_public).lower(), "description": description}
        parts = b"".join(write_part(name, value.encode()) for name, value in fields.items())
        body = parts + write_part("file", PNG, f"{self._seed}.png") + END
        media = self._call("POST", "/media/upload", body, FORM)
        if media is not None:
            self._mine.append(media["id"])

    def _describe(self) -> None:
        # Says nothing that only some may see; whether it is private stays as it is.
        self._patch({"alt_text": f"{self._chance.random()}"})

    def _hide(self) -> None:
        self._patch({"is_public": False, "description": f"{HIDDEN}{self._chance.random()}"})

    def _show(self) -> None:
        self._patch({"is_public": True, "description": "shown"})

    def _patch(self, changes: dict[str, Any]) -> None:
        body = json.dumps(changes).encode()
        self._call("PATCH", f"/media/{self._chance.choice(self._mine)}", body, "application/json")

    def _delete(self) -> None:
        self._call("DELETE", f"/media/{self._take_one(self._mine)}")

    def _trash(self) -> None:
        media_id = self._take_one(self._mine)
        self._call("DELETE", f"/media/{media_id}?trash=1")
        self._trashed.append(media_id)

    def _restore(self) -> None:
        if self._trashed:
            media_id = self._take_one(self._trashed)
            if self._call("POST", f"/media/{media_id}/restore") is not None:
                self._mine.append(media_id)

    def _take_one(self, ids: list[int]) -> int:
        return ids.pop(self._chance.randrange(len(ids)))

    def _call(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return None
        if response.status in (200, 201):
            return json.loads(content)
        if response.status not in (204, 404):  # 404: a change of its own had failed without its knowing
            self.surprises.append((f"{method} {path}", response.status, content))
        return None
