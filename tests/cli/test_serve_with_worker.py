"""`mediaweb serve` with the worker beside it: they live and end together."""

import os
import signal
import urllib.request
from pathlib import Path

import psutil

from tests.jobs.workers import wait_until
from tests.servers import find_free_port, is_port_taken, serving, serving_with_worker


def find_workers(pid: int | None = None) -> list[psutil.Process]:
    """Return the workers below a process, this one by default."""
    return [child for child in psutil.Process(pid).children(recursive=True) if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    try:
        command: list[str] = process.cmdline()
    except psutil.Error:  # it has just ended
        return False
    return command[-2:] == ["mediaweb", "worker"]


def test_a_worker_that_is_killed_is_replaced_and_all_end_together(tmp_path: Path) -> None:
    port = find_free_port()
    with serving_with_worker(tmp_path, port) as (server, output):
        wait_until(lambda: find_workers(server.pid), "a worker starts")
        first = find_workers(server.pid)[0]
        os.kill(first.pid, signal.SIGKILL)
        wait_until(
            lambda: any(worker.pid != first.pid for worker in find_workers(server.pid)), "another takes over"
        )
        family = psutil.Process(server.pid).children(recursive=True)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/media/", timeout=30).close()
        server.terminate()
        assert server.wait(60) == 0
        assert "the worker ended (-9); starting another" in output.read_text()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []


def test_what_is_killed_takes_its_programs_along(tmp_path: Path) -> None:
    port = find_free_port()
    with serving_with_worker(tmp_path, port) as (server, _):
        wait_until(lambda: find_workers(server.pid), "a worker starts")
        family = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        _, alive = psutil.wait_procs(family, timeout=60)
        assert alive == []
    assert not is_port_taken(port)


def test_without_worker_there_is_none(tmp_path: Path) -> None:
    port = find_free_port()
    with serving(tmp_path, port):
        assert find_workers() == []
