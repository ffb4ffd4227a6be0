"""A real server whose people the tests know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mediaweb import create_app
from mediaweb.settings import load_settings
from tests.api.calls import END, PNG, write_part
from tests.callers import make_token, revoke_token
from tests.people import ADMIN_ID, add_person
from tests.server.running import FORM, Server, start_server


@dataclass
class House:
    """A running server and the access tokens of its people."""

    server: Server
    app: Any
    ids: dict[str, int]
    tokens: dict[str, str]

    def bearer(self, name: str | None) -> dict[str, str]:
        """Return the headers that somebody sends."""
        return {} if name is None else {"Authorization": f"Bearer {self.tokens[name]}"}

    def upload(self, is_public: bool = True, name: str = "member", filename: str = "a.png") -> int:
        """Upload a file as somebody; return its id."""
        flag = b"true" if is_public else b"false"
        form = write_part("is_public", flag) + write_part("file", PNG, filename) + END
        answer = self.server.call("POST", "/media/upload", form, Content_Type=FORM, **self.bearer(name))
        assert answer.status == 201, answer.body
        media_id: int = answer.json["id"]
        return media_id

    def patch(self, media_id: int, body: str, name: str = "member") -> None:
        """Change a media as somebody."""
        path = f"/media/{media_id}"
        answer = self.server.call("PATCH", path, body, Content_Type="application/json", **self.bearer(name))
        assert answer.status == 200, answer.body

    def delete(self, media_id: int, name: str = "member") -> None:
        """Delete a media as somebody."""
        assert self.server.call("DELETE", f"/media/{media_id}", **self.bearer(name)).status == 204

    def invite(self, name: str) -> str:
        """Add somebody with a token; return what it takes to revoke it."""
        self.ids[name] = add_person(self.app, name)
        token_id, self.tokens[name] = make_token(self.app, self.ids[name])
        return str(token_id)

    def revoke(self, name: str, token_id: str) -> None:
        """Revoke somebody's token."""
        revoke_token(self.app, int(token_id), self.ids[name])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server where anonymous callers may look, with a member, a stranger and an admin."""
    folder = tmp_path_factory.mktemp("live")
    app = create_app(load_settings(instance_path=folder, media_folder=folder / "media"))
    ids = {"member": add_person(app, "Mia"), "stranger": add_person(app, "Sven"), "admin": ADMIN_ID}
    tokens = {name: make_token(app, user_id)[1] for name, user_id in ids.items()}
    with start_server(folder, ANONYMOUS_ACCESS="read") as server:
        yield House(server, app, ids, tokens)
