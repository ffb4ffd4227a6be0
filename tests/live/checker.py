"""Whether every client hears exactly what it may, once and in order, whatever happens on the way.

`python -m tests.live.checker --clients 50 --writers 8 --changes 2000 [--database URL --redis URL]`; the suite
runs it at a smaller size. Clients come, go and resume at random, some of their processes are stopped for a
while (SIGSTOP), and half-way one of two web workers is killed (-9), which gunicorn replaces.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from flask import Flask
from sqlalchemy import select

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.models.event import EVENT
from mediaweb.settings import load_settings
from tests.api.calls import END, PNG, write_part
from tests.callers import make_token
from tests.live.listeners import PATIENCE_SECONDS, Order, write_order
from tests.live.writers import FORM, HIDDEN, Tally, Writer
from tests.people import ADMIN_ID, add_person
from tests.server.running import Server, start_server

LAST_NAME = "the-last-of-all.png"
LISTENER_PROCESSES = 4
STOPPED_SECONDS = 1.0


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    clients: int
    writers: int
    changes: int
    seed: int = 1
    database_url: str | None = None
    redis_url: str | None = None


@dataclass(frozen=True)
class Persona:
    """Somebody who listens. `user_id` None is nobody known."""

    name: str
    user_id: int | None
    is_admin: bool
    token: str | None

    def sees(self, is_public: bool | None, owner_id: int | None) -> bool:
        """Tell whether they may see a media, written down anew from the contract."""
        return bool(is_public) or self.is_admin or (self.user_id is not None and self.user_id == owner_id)


@dataclass(frozen=True)
class Finding:
    """What came of it: how often clients came, how many messages they got, and what was wrong."""

    events: int
    visits: int
    messages: int
    wrong: list[str]


def check(folder: Path, plan: Plan) -> Finding:
    """Run the whole of it in a folder and compare what was heard with the log."""
    options = {"INSTANCE_PATH": str(folder), "MEDIA_FOLDER": str(folder / "media")}
    if plan.database_url is not None:
        options["DATABASE_URL"] = plan.database_url
    if plan.redis_url is not None:
        options["REDIS_URL"] = plan.redis_url
    app = create_app(load_settings(**{name.lower(): value for name, value in options.items()}))
    personas = _invite(app)
    with start_server(folder, "2", ANONYMOUS_ACCESS="read", **options) as server:
        told, surprises = _run(server, plan, personas)
    with app.app_context():
        log = db.session.execute(select(EVENT).order_by(EVENT.c.id)).all()
        db.session.remove()
        db.engine.dispose()
    wrong = [f"a writer got {surprise}" for surprise in surprises]
    for number, client in enumerate(told):
        persona = personas[number % len(personas)]
        problems = _compare(log, persona, client)
        wrong += [f"client {number} ({persona.name}): {problem}" for problem in problems]
    messages = sum(len(client["heard"]) for client in told)
    return Finding(len(log), sum(client["visits"] for client in told), messages, wrong)


def _invite(app: Flask) -> list[Persona]:
    member, stranger = add_person(app, "Mia"), add_person(app, "Sven")
    with app.app_context():
        db.session.remove()
    return [
        Persona("anonymous", None, False, None),
        Persona("member", member, False, make_token(app, member)[1]),
        Persona("stranger", stranger, False, make_token(app, stranger)[1]),
        Persona("admin", ADMIN_ID, True, make_token(app, ADMIN_ID)[1]),
    ]


def _run(
    server: Server, plan: Plan, personas: Sequence[Persona]
) -> tuple[list[dict[str, Any]], list[tuple[str, int, bytes]]]:
    tokens = [personas[number % len(personas)].token for number in range(plan.clients)]
    shares = [range(place, plan.clients, LISTENER_PROCESSES) for place in range(LISTENER_PROCESSES)]
    processes = [
        _start_listeners(server, plan.seed + place, [tokens[number] for number in share], place)
        for place, share in enumerate(shares)
    ]
    member, admin = personas[1].token, personas[3].token
    assert member is not None
    assert admin is not None
    tally = Tally(plan.changes)
    writers = [
        Writer(server.port, (member, admin)[number % 2], tally, plan.seed * 100 + number)
        for number in range(plan.writers)
    ]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    _disturb(server, processes, tally, plan.changes)
    for thread in threads:
        thread.join()
    _upload_last(server, admin)
    told: list[Any] = [None] * plan.clients
    for place, (process, share) in enumerate(zip(processes, shares, strict=True)):
        assert process.wait(PATIENCE_SECONDS) == 0, "the clients did not hear of the last media"
        for number, client in zip(share, json.loads(_output(server, place).read_text()), strict=True):
            told[number] = client
    return told, [surprise for writer in writers for surprise in writer.surprises]


def _start_listeners(
    server: Server, seed: int, tokens: list[str | None], place: int
) -> "subprocess.Popen[bytes]":
    address = f"ws://127.0.0.1:{server.port}/ws/media"
    order = Order(address, tokens, LAST_NAME, seed, str(_output(server, place)))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "tests.live.listeners"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    assert process.stdin is not None
    process.stdin.write(write_order(order))
    process.stdin.close()
    return process


def _output(server: Server, place: int) -> Path:
    return server.folder / f"heard-{place}.json"


def _disturb(
    server: Server, processes: "Sequence[subprocess.Popen[bytes]]", tally: Tally, changes: int
) -> None:
    """Stop one process of clients after the other for a while; half-way kill a web worker."""
    is_killed = False
    place = 0
    while tally.left > 0:
        process = processes[place % len(processes)]
        process.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED_SECONDS)
        process.send_signal(signal.SIGCONT)
        place += 1
        if not is_killed and tally.left < changes / 2:
            psutil.Process(server.process.pid).children()[0].kill()
            is_killed = True
        time.sleep(STOPPED_SECONDS / 4)
    assert is_killed, "all changes were made before a worker could be killed: make more of them"


def _upload_last(server: Server, token: str) -> None:
    form = write_part("is_public", b"true") + write_part("file", PNG, LAST_NAME) + END
    answer = server.call("POST", "/media/upload", form, Content_Type=FORM, Authorization=f"Bearer {token}")
    assert answer.status == 201, answer.body


def _compare(log: Sequence[Any], persona: Persona, client: dict[str, Any]) -> list[str]:
    """Return what of a client's messages is not as it should be."""
    wrong = [] if client["resets"] == 0 else ["was told to load anew"]
    must, may = _expect(log, persona)
    messages = [json.loads(text) for text in client["heard"]]
    ids = [message["event_id"] for message in messages]
    if ids != sorted(set(ids)):
        wrong.append("heard something twice or out of order")
    missed = must.keys() - set(ids)
    if missed:
        wrong.append(f"did not hear of {sorted(missed)[:5]} ({len(missed)} events)")
    for text, message in zip(client["heard"], messages, strict=True):
        event_id, data = message["event_id"], message["data"]
        expected = must.get(event_id) or may.get(event_id)
        if expected is None:
            wrong.append(f"heard of {event_id}, which is none of their business")
        elif (message["type"], data["id"]) != expected:
            wrong.append(f"heard {message['type']} of {data['id']}, not {expected}")
        if HIDDEN in text and not (persona.is_admin or data["user_id"] == persona.user_id):
            wrong.append(f"was shown what is hidden: {text}")
    return wrong


def _expect(
    log: Sequence[Any], persona: Persona
) -> tuple[dict[int, tuple[str, int]], dict[int, tuple[str, int]]]:
    """Return what the persona must hear, and what they may: of what they may see no longer, the content."""
    events = [event for event in log if event.model == "media"]
    blind_after: dict[int, int] = defaultdict(int)
    for event in events:
        if event.type == "deleted" or not persona.sees(event.is_public, event.owner_id):
            blind_after[event.subject_id] = event.id
    must: dict[int, tuple[str, int]] = {}
    may: dict[int, tuple[str, int]] = {}
    for event in events:
        saw = event.type != "created" and persona.sees(event.was_public, event.previous_owner_id)
        sees = event.type != "deleted" and persona.sees(event.is_public, event.owner_id)
        if not saw and not sees:
            continue
        kind = "deleted" if not sees else "updated" if saw else "created"
        is_lost = sees and blind_after[event.subject_id] > event.id
        (may if is_lost else must)[event.id] = (kind, event.subject_id)
    return must, may


def main() -> int:
    """Run the checker as the command line says; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("clients", 50), ("writers", 8), ("changes", 2000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--database")
    parser.add_argument("--redis")
    given = parser.parse_args()
    plan = Plan(given.clients, given.writers, given.changes, given.seed, given.database, given.redis)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        finding = check(Path(folder), plan)
    seconds = time.monotonic() - started
    print(f"{finding.events} events, {finding.visits} visits, {finding.messages} messages, {seconds:.0f} s")
    print("\n".join(finding.wrong[:20]) or "every client heard exactly what it may, once, in order")
    return 1 if finding.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
