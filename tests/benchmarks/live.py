"""How fast, and at what cost, changes reach those who watch, beside a bare broadcast by `websockets`."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import repeat
from pathlib import Path

import psycopg
from websockets.sync.client import connect

from tests.benchmarks.library import make_library
from tests.benchmarks.load import get, run_load, upload
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import ROOT, memory_of_servers, run_mediaweb
from tests.conftest import POSTGRES_URL
from tests.live.test_checker import REDIS_URL

VIEWERS = 500
UPLOADS = 50
PAUSE_SECONDS = 0.05
IDLE_VIEWERS = 2000
IDLE_BYTES = 40_000
#: Ours, in milliseconds, with several processes.
SQLITE_MS, POSTGRES_MS = 300, 100
CONTENT = bytes.fromhex("ffd8ffe000104a46494600010101004800480000") + bytes(2000)


def measure_speed(folder: Path) -> Iterator[Measurement]:
    """50 uploads to 500 viewers, one by one and at once: by one worker, by several, and on PostgreSQL."""
    with run_mediaweb(folder / "one", workers=1) as port:
        ours, messages = _watch_uploads(port)
    bare = _watch_bare(folder, messages)
    yield Measurement("500 viewers, one worker, p95", ours * 1e3, bare * 1e3, "ms", at_most=2)
    for workers in (2, 4):
        with run_mediaweb(folder / str(workers), workers=workers) as port:
            ours, _ = _watch_uploads(port)
        yield Measurement(f"500 viewers, {workers} workers, p95", ours * 1e3, SQLITE_MS, "ms", at_most=1)
    with _postgres() as url, run_mediaweb(folder / "postgres", DATABASE_URL=url, REDIS_URL=REDIS_URL) as port:
        ours, _ = _watch_uploads(port)
    yield Measurement("500 viewers, PostgreSQL and Redis, p95", ours * 1e3, POSTGRES_MS, "ms", at_most=1)


def measure_idle(folder: Path) -> Iterator[Measurement]:
    """2,000 viewers who only watch: memory for each, and the list page meanwhile."""
    make_library(folder)
    for offered in ("plain", "deflate"):
        with run_mediaweb(folder, workers=1) as port:
            run_load(port, repeat(get("/media/?limit=50"), 1000), concurrency=4)
            with _viewers(port, 10, offered):  # what the first ones cost is not for each
                pass
            at_rest = run_load(port, repeat(get("/media/?limit=50"), 1000), concurrency=1).p95
            before = memory_of_servers()
            with _viewers(port, IDLE_VIEWERS, offered):
                each = (memory_of_servers() - before) / IDLE_VIEWERS
                busy = run_load(port, repeat(get("/media/?limit=50"), 1000), concurrency=1).p95
        yield Measurement(f"an idle viewer ({offered})", each / 1e3, IDLE_BYTES / 1e3, "kB", at_most=1)
        yield Measurement(f"list with 2,000 viewers ({offered})", busy * 1e3, at_rest * 1e3, "ms", at_most=2)


def _watch_uploads(port: int) -> tuple[float, list[str]]:
    """Return what the last viewer waits at p95, in seconds, and the messages. Raises if any was lost."""
    run_load(port, (upload(f"warm-{n}.jpg", CONTENT) for n in range(100)), concurrency=8)
    with connect(f"ws://127.0.0.1:{port}/ws/media") as socket_, _viewers(port, VIEWERS) as viewers:
        socket_.recv()
        for number in range(UPLOADS):
            run_load(port, iter([upload(f"{number}.jpg", CONTENT)]), concurrency=1)
            time.sleep(PAUSE_SECONDS)
        messages = [str(socket_.recv()) for _ in range(UPLOADS)]
        run_load(port, (upload(f"burst-{n}.jpg", CONTENT) for n in range(UPLOADS)), concurrency=8)
        burst = [str(socket_.recv()) for _ in range(UPLOADS)]
        time.sleep(1)
        heard = _finish(viewers)
    events = [json.loads(message) for message in messages + burst]
    lost = [event["event_id"] for event in events if heard.get(event["event_id"], [0])[0] != VIEWERS]
    if lost:
        raise RuntimeError(f"not everybody heard of {lost}")
    # The event is written before the commit: the time that this takes counts against us.
    waits = [heard[e["event_id"]][1] - datetime.fromisoformat(e["timestamp"]).timestamp() for e in events]
    return _p95(waits[:UPLOADS]), messages


def _watch_bare(folder: Path, messages: list[str]) -> float:
    port = _free_port()
    (folder / "messages.json").write_text(json.dumps(messages))
    command = [sys.executable, "-m", "tests.benchmarks.bare_broadcast", str(port)]
    command += [str(folder / "messages.json"), str(PAUSE_SECONDS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as server:
        _wait_until_open(port)
        assert server.stdin is not None
        assert server.stdout is not None
        with _viewers(port, VIEWERS) as viewers:
            server.stdin.write("\n")
            server.stdin.flush()
            sent = json.loads(server.stdout.readline())
            time.sleep(1)
            heard = _finish(viewers)
        server.kill()
    ids = [json.loads(message)["event_id"] for message in messages]
    return _p95([heard[number][1] - at for number, at in zip(ids, sent, strict=True)])


@contextmanager
def _viewers(port: int, count: int, offered: str = "plain") -> "Iterator[subprocess.Popen[str]]":
    """Run so many viewers in a process of their own, all of them greeted."""
    command = [sys.executable, "-m", "tests.benchmarks.viewers", str(port), str(count), offered]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("not all viewers were let in")
        time.sleep(0.5)
        yield process
        process.kill()


def _finish(viewers: "subprocess.Popen[str]") -> dict[int, list[float]]:
    """Return how many viewers have heard each event, and when the last of them did."""
    answer, _ = viewers.communicate()
    return {int(event_id): told for event_id, told in json.loads(answer).items()}


@contextmanager
def _postgres() -> Iterator[str]:
    name = f"mediaweb_bench_{os.getpid()}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield POSTGRES_URL.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_open(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the bare server did not start")


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
