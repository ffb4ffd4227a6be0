"""Whatever a decoding process does, an answer comes, and the others go on."""

import json
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy.orm import Session

from mediaweb.extensions import storage
from mediaweb.models import Media
from mediaweb.previews import limits, nursery
from mediaweb.previews.decoder import Decoder, DecoderLost
from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.formats import Kind
from mediaweb.previews.made_files import open_made
from mediaweb.previews.orders import Made, Order, Step
from mediaweb.services import previews
from tests.api.calls import upload
from tests.files import make_jpeg, make_webp
from tests.jobs.workers import wait_until

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def make_order(tmp_path: Path, name: str = "a") -> Order:
    folder = tmp_path / f"decoding-{name}"
    folder.mkdir()
    source = tmp_path / f"{name}.jpg"
    source.write_bytes(make_jpeg(400, 300))
    return Order(source=source, folder=folder, kind=Kind.IMAGE, step=Step.FIRST)


class TakenOver:
    """A nursery in this process whose children do what a test says instead of decoding."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.pids: list[int] = []

    def decode(self, order: Order, act: Callable[[int], None], decoder: Decoder) -> Made:
        """Decode with the nursery forked from here: its children run `act` with their pipe."""

        def work(message: bytes, pipe: int) -> None:
            try:
                nursery._let_go_of_all_but(pipe)
                act(pipe)
            finally:
                os._exit(0)

        self._monkeypatch.setattr(nursery, "work", work)
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                nursery.Nursery(theirs).run()
            finally:
                os._exit(0)
        theirs.close()
        self.pids.append(pid)
        decoder._orders, decoder._process = ours, Running(pid)  # type: ignore[assignment]
        return decoder.decode(order)


class Running:
    """As much of `Popen` as a decoder needs, for a process that was forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        return None

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


@pytest.fixture
def own_decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.close()


@pytest.fixture
def take_over(
    monkeypatch: pytest.MonkeyPatch, own_decoder: Decoder, tmp_path: Path
) -> Callable[[Callable[[int], None]], Made]:
    """Return what comes of a file whose decoding process does something else."""
    taken_over = TakenOver(monkeypatch)
    return lambda act: taken_over.decode(make_order(tmp_path), act, own_decoder)


def answer(pipe: int, **made: Any) -> None:
    os.write(pipe, json.dumps(made).encode() + b"\n")


def test_one_that_never_ends_is_ended(
    take_over: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WALL_SECONDS", 0.2)

    def act(_: int) -> None:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            signal.pause()

    assert take_over(act).failure == "Decoding this file takes too long."


def test_one_that_stops_itself_is_ended(
    take_over: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WALL_SECONDS", 0.2)
    made = take_over(lambda _: os.kill(os.getpid(), signal.SIGSTOP))
    assert made.failure == "Decoding this file takes too long."


def test_one_that_crashes_says_nothing_of_it(take_over: Callable[..., Made]) -> None:
    made = take_over(lambda _: os.kill(os.getpid(), signal.SIGSEGV))
    assert made.failure == "Decoding this file made the decoder crash: it may be damaged."


def test_one_that_floods_its_pipe_and_makes_it_refuse_more_stops_nobody(
    take_over: Callable[..., Made],
) -> None:
    def act(pipe: int) -> None:
        os.set_blocking(pipe, False)
        try:
            while True:
                os.write(pipe, bytes(65536))
        except BlockingIOError:
            pass

    assert take_over(act).failure is not None


def test_one_that_never_stops_talking_is_not_listened_to(take_over: Callable[..., Made]) -> None:
    def act(pipe: int) -> None:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        while True:
            os.write(pipe, bytes(65536))

    assert take_over(act).failure is not None


@pytest.mark.parametrize(
    "made",
    [
        {"sizes": [320]},
        {"sizes": [-1], "width": 400, "height": 300},
        {"sizes": [320], "width": 400, "height": 300},
        {"sizes": [320, 640, 1280], "width": 400, "height": 300},
        {"sizes": [320, 640], "width": 400},
        {"sizes": [320, 640, 1280, 2048], "width": 99_999, "height": 1},
        {"sizes": ["../../secret"], "width": 400, "height": 300},
        {"sizes": "all"},
        {"placeholder": "A" * 100_000},
        {"failure": "x" * 1000},
        {"failure": 5},
        {"facts": 5},
        {"facts": {"unheard": "of"}},
        {"unheard": "of"},
        [],
        None,
    ],
)
def test_lies_are_not_believed(made: Any, take_over: Callable[..., Made]) -> None:
    found = take_over(lambda pipe: os.write(pipe, json.dumps(made).encode() + b"\n") and None)
    assert found == Made(failure="Decoding this file gave no sensible result: it may be damaged.")


def test_a_reason_of_its_own_is_one_plain_line(take_over: Callable[..., Made]) -> None:
    assert take_over(lambda pipe: answer(pipe, failure="a\n\x1b[31mb\u202e")).failure == "a [31mb"


def test_it_can_not_say_how_it_ended(take_over: Callable[..., Made]) -> None:
    assert "no sensible result" in str(take_over(lambda pipe: os.write(pipe, b"{}\nlate\n") and None).failure)


def test_one_that_says_nothing_is_tried_again(take_over: Callable[..., Made]) -> None:
    with pytest.raises(DecoderLost):
        take_over(lambda _: None)


def test_it_has_nothing_open_but_its_pipe(take_over: Callable[..., Made]) -> None:
    def act(pipe: int) -> None:
        found = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
        opened = sorted(number for number in found if number > 2 and _is_open(number))
        targets = {str(Path(f"/proc/self/fd/{number}").readlink()) for number in range(3)}
        answer(pipe, failure=f"{opened == [pipe]} {targets}")

    assert take_over(act).failure == "True {'/dev/null'}"


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def test_the_nursery_holds_no_file_and_no_secret_of_its_maker(tmp_path: Path, own_decoder: Decoder) -> None:
    held = (tmp_path / "mediaweb.sqlite3").open("w")
    os.environ["SECRET_KEY"] = "secret"
    try:
        own_decoder.decode(make_order(tmp_path))
    finally:
        del os.environ["SECRET_KEY"]
    assert own_decoder._process is not None
    process = psutil.Process(own_decoder._process.pid)
    assert [file.path for file in process.open_files() if file.path.endswith("sqlite3")] == []
    assert "SECRET_KEY" not in process.environ()
    assert os.getsid(process.pid) == process.pid  # no terminal whose keyboard it could be
    held.close()


def test_many_at_once_are_all_answered(tmp_path: Path, own_decoder: Decoder) -> None:
    orders = [make_order(tmp_path, str(number)) for number in range(24)]
    with ThreadPoolExecutor(24) as pool:
        made = list(pool.map(own_decoder.decode, orders))
    assert [one.sizes for one in made] == [(320, 640)] * 24


def test_one_that_stumbles_says_where_in_the_log(
    tmp_path: Path, own_decoder: Decoder, caplog: pytest.LogCaptureFixture
) -> None:
    order = make_order(tmp_path)
    made = own_decoder.decode(order.model_copy(update={"source": tmp_path / "nowhere"}))
    assert made.failure == "Decoding this file made the decoder crash: it may be damaged."
    assert "decoding stumbled:\n    Traceback" in caplog.text
    assert "FileNotFoundError" in caplog.text


def test_a_killed_nursery_is_replaced(tmp_path: Path, own_decoder: Decoder) -> None:
    assert own_decoder.decode(make_order(tmp_path, "a")).failure is None
    for name in "bcd":
        assert own_decoder._process is not None
        os.kill(own_decoder._process.pid, signal.SIGKILL)
        assert own_decoder.decode(make_order(tmp_path, name)).failure is None


def test_a_nursery_killed_at_work_takes_its_children_along(tmp_path: Path, own_decoder: Decoder) -> None:
    order = make_order(tmp_path)
    order.source.unlink()
    os.mkfifo(order.source)  # nothing ever comes of it
    with ThreadPoolExecutor() as pool:
        lost = pool.submit(own_decoder.decode, order)
        wait_until(lambda: own_decoder._process is not None, "the nursery starts")
        assert own_decoder._process is not None
        process = psutil.Process(own_decoder._process.pid)
        wait_until(process.children, "a child is at work")
        children = process.children()
        process.kill()
        assert isinstance(lost.exception(), DecoderLost)
    assert psutil.wait_procs(children, 30)[1] == []
    assert own_decoder.decode(make_order(tmp_path, "b")).failure is None


def _take_nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("name", "put"),
    [
        ("320.webp", _take_nothing),
        ("320.webp", Path.touch),
        ("320.webp", Path.mkdir),
        ("320.webp", os.mkfifo),
        ("320.webp", lambda path: path.symlink_to(path.parent / "good.webp")),
        ("320.webp", lambda path: path.symlink_to("/dev/zero")),
        ("320.webp", lambda path: path.write_bytes(make_jpeg())),
        ("clip.mp4", lambda path: path.write_bytes(make_webp())),
        ("copy.jpg", lambda path: path.write_bytes(b"<script>")),
        ("320.webp", lambda path: os.truncate(_write(path, make_webp()), limits.MAX_OUTPUT_BYTES + 1)),
        ("320.webp", lambda path: socket.socket(socket.AF_UNIX).bind(str(path))),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_only_a_preview_is_taken_for_one(name: str, put: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "good.webp").write_bytes(make_webp())
    put(tmp_path / name)
    with pytest.raises(PreviewFailed, match="no sensible result"):
        open_made(tmp_path / name)
    with open_made(tmp_path / "good.webp") as file:
        assert stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        assert file.read() == make_webp()


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@only_sqlite
def test_previews_that_are_none_fail_the_file_and_are_not_stored(
    client: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = upload(client, make_jpeg(400, 300), "a.jpg")["id"]

    def decode(order: Order) -> Made:
        (order.folder / "320.webp").write_bytes(make_webp())
        os.mkfifo(order.folder / "640.webp")
        return Made(sizes=(320, 640), width=400, height=300)

    monkeypatch.setattr(Decoder, "decode", lambda _, order: decode(order))
    previews.make_previews(session, media_id, Step.FIRST)
    media = session.get(Media, media_id, populate_existing=True)
    assert media is not None
    assert (media.preview_state, media.preview_todo) == ("failed", None)
    assert media.preview_failure == "Decoding this file gave no sensible result: it may be damaged."
    assert list(storage.keys("previews/")) == []


@only_sqlite
def test_there_is_no_third_step_whatever_the_second_says(
    client: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = upload(client, make_jpeg(400, 300), "a.jpg")["id"]
    monkeypatch.setattr(Decoder, "decode", lambda *_: Made(is_complete=False))
    previews.make_previews(session, media_id, Step.FIRST)
    previews.make_previews(session, media_id, Step.REST)
    media = session.get(Media, media_id, populate_existing=True)
    assert media is not None
    assert media.preview_todo is None


@only_sqlite
def test_a_file_that_kills_the_nursery_twice_has_failed_for_good(
    client: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = upload(client, make_jpeg(400, 300), "a.jpg")["id"]
    calls = []

    def lose(*_: object) -> Made:
        calls.append(1)
        raise DecoderLost

    monkeypatch.setattr(Decoder, "decode", lose)
    for _ in range(5):
        previews.make_previews(session, media_id, Step.FIRST)
    media = session.get(Media, media_id, populate_existing=True)
    assert media is not None
    assert (media.preview_state, media.preview_failure) == ("failed", previews.KILLED)
    assert len(calls) == 2
