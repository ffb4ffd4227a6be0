"""The servers that are measured: ours, a bare Flask view on the same gunicorn, and nginx."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
WORKERS = 2


@contextmanager
def run_mediaweb(
    folder: Path, with_worker: bool = False, workers: int = WORKERS, **settings: str
) -> Iterator[int]:
    """Serve a library kept under `folder` and lend its port."""
    port = _free_port()
    environment = os.environ | {
        "INSTANCE_PATH": str(folder / "instance"),
        "MEDIA_FOLDER": str(folder / "media"),
        "ANONYMOUS_ACCESS": "write",
        **settings,
    }
    command = [sys.executable, "-m", "mediaweb", "serve", "--port", str(port), "--workers", str(workers)]
    folder.mkdir(exist_ok=True)
    with _running(command if with_worker else [*command, "--no-worker"], port, environment, folder):
        yield port


@contextmanager
def run_bare_flask(folder: Path, database: Path) -> Iterator[int]:
    """Serve `bare_flask` on the same server with the same settings."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", str(ROOT / "mediaweb" / "server.py")),
        *("--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--log-level", "warning"),
        *("--pythonpath", str(ROOT), "tests.benchmarks.bare_flask:app"),
    ]
    with _running(command, port, os.environ | {"BARE_DATABASE": str(database)}, folder):
        yield port


@contextmanager
def run_nginx(folder: Path, content: Path) -> Iterator[int]:
    """Serve a folder by nginx with sendfile."""
    port = _free_port()
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes {WORKERS}; error_log {folder}/error.log;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; server {{ listen 127.0.0.1:{port};\n"
        f"root {content}; }} }}\n"
    )
    folder.chmod(0o755)
    with _running([nginx, "-c", str(config), "-e", f"{folder}/error.log"], port, dict(os.environ), folder):
        yield port


def memory_of_servers() -> int:
    """Return the unshared resident bytes of every server process that runs here."""
    return sum(process.memory_full_info().uss for process in psutil.Process().children(recursive=True))


def memory_of_worker() -> int:
    """Return the resident bytes of the worker and all its processes, what they share counted once."""
    workers = [process for process in psutil.Process().children(recursive=True) if _is_worker(process)]
    return sum(_proportional_bytes(process) for worker in workers for process in _family(worker))


def _is_worker(process: psutil.Process) -> bool:
    try:
        is_worker: bool = process.cmdline()[-2:] == ["mediaweb", "worker"]
    except psutil.Error:
        return False
    return is_worker


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _proportional_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:  # it has ended meanwhile
        return 0


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_open(port, process, folder)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_open(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(2)  # the second worker, too
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {(folder / 'server.log').read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
