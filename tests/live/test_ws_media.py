"""`/ws/media`: who hears what, how one resumes, and how connections end."""

import socket
import struct
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.live.conftest import House
from tests.live.sockets import PATIENCE_SECONDS, listen

EVERYBODY = (None, "stranger", "member", "admin")
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def test_it_greets_as_the_contract_says(house: House) -> None:
    with listen(house.server, "?client_id=my-program") as listener:
        greeting = listener.greeting
        timestamp, last_event_id = greeting.pop("timestamp"), greeting.pop("last_event_id")
        assert greeting == {
            "type": "connection",
            "message": "Connected to channel: media",
            "channel": "media",
            "client_id": "my-program",
        }
        assert timestamp.endswith("Z")
        assert isinstance(last_event_id, int)


def test_a_program_without_a_name_gets_one(house: House) -> None:
    with listen(house.server) as one, listen(house.server) as other:
        assert one.greeting["client_id"] != other.greeting["client_id"]


def test_it_answers_pings_and_counts_and_refuses_the_rest(house: House) -> None:
    with listen(house.server) as listener:
        assert listener.ask('{"type": "ping"}') == {"type": "pong", "message": "pong"}
        stats = listener.ask('{"type": "get_stats"}')
        assert stats["type"] == "stats"
        assert stats["data"] == house.server.call("GET", "/ws/stats").json
        assert stats["data"]["total_connections"] == sum(stats["data"]["channels"].values()) >= 1
        assert stats["data"]["total_channels"] == len(stats["data"]["channels"])
        for nonsense in ("", "x", "[]", '{"type": 5}', '{"type": "shout"}', b"\x00\xff"):
            assert listener.ask(nonsense)["type"] == "error"
        assert listener.hears_nothing()


def test_it_tells_of_a_media_from_its_upload_to_its_end_as_the_api_describes_it(house: House) -> None:
    with listen(house.server) as listener:
        media_id = house.upload(filename="Grüße.png")
        created = listener.read()
        assert (created["type"], created["model"], created["channel"]) == ("created", "media", "media")
        assert created["event_id"] == listener.greeting["last_event_id"] + 1
        assert created["data"] == house.server.call("GET", f"/media/{media_id}").json
        house.patch(media_id, '{"description": "new"}')
        updated = listener.read()
        assert (updated["type"], updated["data"]["description"]) == ("updated", "new")
        house.delete(media_id)
        deleted = listener.read()
        assert (deleted["type"], deleted["data"]) == ("deleted", {"id": media_id})
        assert updated["event_id"] < deleted["event_id"]


def test_only_who_may_see_a_private_media_hears_of_it(house: House) -> None:
    heard = {}
    for name in EVERYBODY:
        with listen(house.server, **house.bearer(name)) as listener:
            media_id = house.upload(is_public=False)
            house.patch(media_id, '{"description": "secret"}')
            house.delete(media_id)
            heard[name] = not listener.hears_nothing()
    assert heard == {None: False, "stranger": False, "member": True, "admin": True}


def test_what_becomes_private_is_deleted_and_what_becomes_public_created_for_others(house: House) -> None:
    media_id = house.upload()
    for name in (None, "stranger"):
        with (
            listen(house.server, **house.bearer(name)) as other,
            listen(house.server, **house.bearer("member")) as owner,
        ):
            house.patch(media_id, '{"is_public": false, "description": "secret"}')
            message = other.read()
            assert (message["type"], message["data"]) == ("deleted", {"id": media_id})
            assert owner.read()["type"] == "updated"
            house.patch(media_id, '{"is_public": true, "description": "known"}')
            assert other.read()["type"] == "created"
            assert owner.read()["type"] == "updated"


def test_who_was_away_hears_what_they_missed_and_then_goes_on(house: House) -> None:
    with listen(house.server) as listener:
        since = listener.greeting["last_event_id"]
    ids = [house.upload() for _ in range(3)]
    with listen(house.server, f"?since={since}") as listener:
        assert listener.greeting["last_event_id"] == since + 3
        ids.append(house.upload())
        messages = [listener.read() for _ in ids]
        assert [message["data"]["id"] for message in messages] == ids
        assert [message["event_id"] for message in messages] == [since + 1, since + 2, since + 3, since + 4]
        assert listener.hears_nothing()


def test_more_than_is_read_at_once_was_missed(house: House) -> None:
    with listen(house.server) as listener:
        since = listener.greeting["last_event_id"]
    media_id = house.upload()
    for number in range(450):
        house.patch(media_id, f'{{"alt_text": "{number}"}}')
    with listen(house.server, f"?since={since}") as listener:
        heard = [listener.read()["event_id"] for _ in range(451)]
    assert heard == list(range(since + 1, since + 452))


def test_what_is_private_by_now_is_not_told_to_who_comes_back(house: House) -> None:
    with listen(house.server) as listener:
        since = listener.greeting["last_event_id"]
    media_id = house.upload(filename="party.png")
    house.patch(media_id, '{"is_public": false}')
    with listen(house.server, f"?since={since}") as listener:
        message = listener.read()
        assert (message["type"], message["data"]) == ("deleted", {"id": media_id})
        assert listener.hears_nothing()


@pytest.mark.parametrize("since", ["1000000", "9223372036854775807"])
def test_who_names_an_event_that_never_was_starts_anew(house: House, since: str) -> None:
    with listen(house.server, f"?since={since}") as listener:
        assert listener.read() == {"type": "reset"}
        media_id = house.upload()
        assert listener.read()["data"]["id"] == media_id


@pytest.mark.parametrize("since", ["", "-1", "x", "1.5", "9" * 30, "²"])
def test_a_wrong_since_is_refused_in_words(house: House, since: str) -> None:
    with pytest.raises(InvalidStatus) as refused, listen(house.server, f"?since={since}"):
        pass
    assert refused.value.response.status_code == 422
    assert b'"since"' in (refused.value.response.body or b"")


def test_a_request_that_is_no_handshake_is_told_what_is(house: House) -> None:
    answer = house.server.call("GET", "/ws/media")
    answer.assert_problem(426, "upgrade_required")
    assert answer.headers["Upgrade"] == "websocket"
    assert answer.headers["Sec-WebSocket-Version"] == "13"
    handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Key": KEY}
    house.server.call("GET", "/ws/media", **handshake, Sec_WebSocket_Version="8").assert_problem(
        426, "upgrade_required"
    )
    handshake["Sec_WebSocket_Key"] = "short"
    house.server.call("GET", "/ws/media", **handshake, Sec_WebSocket_Version="13").assert_problem(
        400, "malformed_request"
    )


def test_another_web_site_opens_no_connection(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused, listen(house.server, Origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    with listen(house.server, Origin=f"http://127.0.0.1:{house.server.port}") as listener:
        assert listener.hears_nothing()


def test_a_dead_token_opens_no_connection(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused, listen(house.server, Authorization="Bearer mediaweb_x"):
        pass
    assert refused.value.response.status_code == 401


def test_a_ticket_opens_one_connection_with_the_rights_of_who_asked_for_it(house: House) -> None:
    answer = house.server.call("POST", "/ws/ticket", **house.bearer("member"))
    assert answer.status == 201
    assert 0 < answer.json["expires_in_seconds"] <= 60
    ticket = answer.json["ticket"]
    with listen(house.server, f"?ticket={ticket}") as listener:
        media_id = house.upload(is_public=False)
        assert listener.read()["data"]["id"] == media_id
    with pytest.raises(InvalidStatus) as refused, listen(house.server, f"?ticket={ticket}"):
        pass
    assert refused.value.response.status_code == 401
    assert house.server.call("POST", "/ws/ticket").status == 401


def test_who_loses_their_token_loses_their_connection(house: House) -> None:
    token_id = house.invite("Paul")
    with listen(house.server, **house.bearer("Paul")) as listener:
        house.revoke("Paul", token_id)
        with pytest.raises(ConnectionClosed) as closed:
            listener.socket.recv(PATIENCE_SECONDS)
    assert (closed.value.rcvd and closed.value.rcvd.code) == 1008


def test_a_ticket_dies_with_the_token_it_was_made_with(house: House) -> None:
    token_id = house.invite("Petra")
    ticket = house.server.call("POST", "/ws/ticket", **house.bearer("Petra")).json["ticket"]
    house.revoke("Petra", token_id)
    with pytest.raises(InvalidStatus) as refused, listen(house.server, f"?ticket={ticket}"):
        pass
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("pieces", [1, 5])
def test_a_message_of_more_than_64_kib_closes_the_connection(house: House, pieces: int) -> None:
    with listen(house.server) as listener:
        assert listener.ask("x" * 65_536)["type"] == "error"
        piece = "x" * (65_536 // pieces + 1)
        listener.socket.send([piece] * pieces)
        with pytest.raises(ConnectionClosed) as closed:
            listener.socket.recv(PATIENCE_SECONDS)
    assert (closed.value.rcvd and closed.value.rcvd.code) == 1009


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x81\x05hello",
        b"\xff\xff\xff\xff\xff",
        b"\x83\x80abcd",
        b"\x09\xfe\x00\xff" + b"x" * 300,
        b"GET / HTTP",
    ],
    ids=["unmasked", "reserved bits", "unknown opcode", "long ping", "no frame"],
)
def test_what_is_no_frame_closes_the_connection_in_words(house: House, nonsense: bytes) -> None:
    with open_raw(house) as raw:
        raw.sendall(nonsense)
        frame = raw.recv(1000)
        assert frame[0] == 0x88
        assert struct.unpack("!H", frame[2:4])[0] == 1002


def test_text_that_is_no_utf_8_closes_the_connection(house: House) -> None:
    with open_raw(house) as raw:
        raw.sendall(b"\x81\x82\x00\x00\x00\x00\xc3\x28")
        assert struct.unpack("!H", raw.recv(1000)[2:4])[0] == 1007


def test_a_client_is_offered_no_compression_it_asks_for(house: House) -> None:
    address = f"ws://127.0.0.1:{house.server.port}/ws/media"
    with connect(address, compression="deflate") as socket_:
        assert socket_.response is not None
        assert "Sec-WebSocket-Extensions" not in socket_.response.headers
        assert "connection" in str(socket_.recv(PATIENCE_SECONDS))


def test_a_connection_that_was_closed_is_counted_no_longer(house: House) -> None:
    def count() -> int:
        total: int = house.server.call("GET", "/ws/stats").json["total_connections"]
        return total

    before = count()
    with listen(house.server), listen(house.server) as broken:
        assert count() == before + 2
        raw = broken.socket.socket
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while count() != before + 1:
            assert time.monotonic() < deadline
    assert count() == before


def open_raw(house: House) -> socket.socket:
    """Return a socket on which the handshake is done and the greeting read."""
    raw = house.server.connect()
    raw.sendall(
        b"GET /ws/media HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY.encode() + b"\r\n\r\n"
    )
    received = b""
    while not received.endswith(b"}"):
        received += raw.recv(4096)
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in received  # as RFC 6455, section 1.3, works it out
    return raw
