"""Run the web processes and a worker as one program: stopped together, the worker begun again if it ends.

`python -m mediaweb.supervisor`, with both command lines as one JSON object on the command line. It imports
nothing of the library, so that watching costs next to nothing.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from types import FrameType

LOOK_SECONDS = 0.2
#: How long a worker that ended is left alone: twice as long each time, unless it had worked for a while.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, GOOD_RUN_SECONDS = 1.0, 60.0, 60.0
_PR_SET_PDEATHSIG = 1


class Supervisor:
    """Two programs that belong together. The worker may end and begin; the web's end is the end."""

    def __init__(self, web: list[str], worker: list[str]) -> None:
        self._worker_command = worker
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._is_stopping = False
        self._web = _start(web)
        self._start_worker()

    def run(self) -> int:
        """Watch until the web has ended; return its exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._pass_on)
        while self._web.poll() is None:
            if self._worker.poll() is not None and not self._is_stopping:
                self._replace_worker()
            time.sleep(LOOK_SECONDS)
        self._stop(self._worker)
        self._worker.wait()
        status: int = abs(self._web.returncode or 0)
        return status

    def _start_worker(self) -> None:
        self._worker = _start(self._worker_command)
        self._started_at = time.monotonic()
        self._replace_at: float | None = None

    def _replace_worker(self) -> None:
        now = time.monotonic()
        if self._replace_at is None:
            if now - self._started_at > GOOD_RUN_SECONDS:
                self._pause_seconds = FIRST_PAUSE_SECONDS
            self._replace_at = now + self._pause_seconds
            self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)
            print(f"WARNING the worker ended ({self._worker.returncode}); starting another", file=sys.stderr)  # noqa: T201
        elif now >= self._replace_at:
            self._start_worker()

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        """Hand a signal to the web; what ends the web ends the worker, which finishes its file first."""
        self._web.send_signal(number)
        if number != signal.SIGHUP:
            self._is_stopping = True
            self._stop(self._worker)

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is None:
            process.terminate()


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start a program in a group of its own, so that a terminal's Ctrl-C reaches it through us, once."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: S603


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() == 1:  # it ended before we could say so
            os._exit(1)


if __name__ == "__main__":
    commands = json.loads(sys.argv[1])
    sys.exit(Supervisor(commands["web"], commands["worker"]).run())
