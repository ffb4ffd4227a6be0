"""A real `mediaweb serve` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediaweb.settings import Settings

OPTIONS = [name.upper() for name in Settings.model_fields]
START_SECONDS = 120
#: Sockets that keep the ports of `find_free_port` from everybody else: see there.
_holders: list[socket.socket] = []


def clean_environment(**settings: str) -> dict[str, str]:
    """Return this process's environment without its settings, but with the given ones."""
    return {name: value for name, value in os.environ.items() if name not in OPTIONS} | settings


def find_free_port() -> int:
    """Return a port that stays free for a server of this process until the process ends.

    A bound socket that does not listen holds it: the kernel gives the port to nobody else, but lets a server
    listen there that sets SO_REUSEADDR, as gunicorn and Redis do (socket(7)).
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _holders.append(holder)
    port: int = holder.getsockname()[1]
    return port


def is_port_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(folder: Path, port: int, *arguments: str, **settings: str) -> Iterator[Path]:
    """Run `mediaweb serve` in a folder; lend the file of what it prints once it answers; stop it at last.

    It has no worker, which would keep a core busy for nothing: see `serving_with_worker`.
    """
    with serving_with_worker(folder, port, "--no-worker", *arguments, **settings) as (_, output):
        yield output


@contextmanager
def serving_with_worker(
    folder: Path, port: int, *arguments: str, **settings: str
) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """Run `mediaweb serve` as people do; lend its process, too."""
    output = folder / "server.log"
    command = [sys.executable, "-m", "mediaweb", "serve", "--port", str(port), "--workers", "1", *arguments]
    with output.open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=clean_environment(**settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_it_answers(server, port, output)
            yield server, output
        finally:
            _stop(server)


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/media/", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{output.read_text()}") from None
            time.sleep(0.1)
        else:
            return


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
