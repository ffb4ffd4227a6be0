"""How fast previews are made, beside a bare Pillow loop, and what making them costs others."""

import io
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from PIL import Image

from mediaweb.previews.image import draft_image
from mediaweb.previews.ladder import write_sizes
from mediaweb.previews.sizes import SIZES
from tests.benchmarks.load import get, run_load, upload
from tests.benchmarks.photos import make_photos, mix_files
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import WORKERS, memory_of_worker, run_mediaweb

PHOTOS, MIXED, ROUNDS, LOOKS = 50, 1000, 3, 300
LIMITS: dict[str, Any] = {
    "RATE_LIMIT_UPLOAD": "off",
    "RATE_LIMIT_API": "off",
    "MAX_FILE_SIZE": str(100 * 2**20),
}


def measure_speed(folder: Path) -> Iterator[Measurement]:
    """50 photos of 12 megapixels: from the first upload to the last preview of 640 pixels."""
    photos = make_photos(PHOTOS)
    rates, limits = [], []
    with run_mediaweb(folder, with_worker=True, **LIMITS) as port:
        run_load(port, (upload(f"warm{n}.jpg", photos[n]) for n in range(2)), concurrency=1)
        _wait_until_whole(port)
        for _ in range(ROUNDS):
            limits.append(_bare_rate(photos, folder))
            started = time.perf_counter()
            run_load(port, (upload(f"{n}.jpg", photo) for n, photo in enumerate(photos)), concurrency=4)
            _wait_until_ready(port)
            rates.append(PHOTOS / (time.perf_counter() - started))
            _wait_until_whole(port)
    yield Measurement("50 photos to 640 px", max(rates), max(limits), "photos/s", at_least=0.7)


def _bare_rate(photos: list[bytes], folder: Path) -> float:
    """Make just that preview of each, in as many processes as there are cores; return how many a second."""
    target = folder / f"bare-{time.monotonic_ns()}"
    target.mkdir()
    jobs = [(photo, target / f"{number}.webp") for number, photo in enumerate(photos)]
    with get_context("fork").Pool(WORKERS) as pool:
        pool.map(_make_bare, jobs[:WORKERS])
        started = time.perf_counter()
        pool.map(_make_bare, jobs, chunksize=1)
        return PHOTOS / (time.perf_counter() - started)


def _make_bare(job: tuple[bytes, Path]) -> None:
    photo, target = job
    with Image.open(io.BytesIO(photo)) as picture:
        picture.draft("RGB", (640, 640))
        picture.thumbnail((640, 640))
        picture.save(target, "WEBP", quality=80)


def _wait_until_ready(port: int) -> None:
    """Wait until no media lacks a preview, asking as seldom as the measure bears."""
    query = {"conditions": [{"field": "preview_state", "operator": "eq", "value": "pending"}], "limit": 1}
    while _fetch(port, "/media/filter/paginated", json.dumps(query).encode())["total"]:
        time.sleep(0.06)


def _wait_until_whole(port: int) -> None:
    """Wait until the newest media have all their sizes, too."""
    _wait_until_ready(port)
    while any(_is_growing(media) for media in _fetch(port, f"/media/?limit={PHOTOS}")):
        time.sleep(0.2)


def _is_growing(media: dict[str, Any]) -> bool:
    widths = [int(width) for width in media["thumbnails"]]
    return bool(widths) and max(widths) < min(SIZES[-1], media["width"] or 0)


def measure_sizes(folder: Path) -> Iterator[Measurement]:
    """All four sizes of a photo of 12 megapixels, beside the largest alone."""
    path = folder / "photo.jpg"
    path.write_bytes(make_photos(1)[0])
    four = min(_time_sizes(path, SIZES) for _ in range(5))
    largest = min(_time_sizes(path, SIZES[-1:]) for _ in range(5))
    yield Measurement("all four sizes of a photo", four * 1e3, largest * 1e3, "ms", at_most=1.5)


def _time_sizes(path: Path, sizes: tuple[int, ...]) -> float:
    started = time.perf_counter()
    draft = draft_image(path, SIZES[-1])
    assert draft.picture is not None
    write_sizes(draft.picture, path.parent, sizes)
    return time.perf_counter() - started


def measure_worker(folder: Path) -> Iterator[Measurement]:
    """1,000 files of every kind: the worker's memory, and what is left for who looks at the list."""
    with run_mediaweb(folder, with_worker=True, **LIMITS) as port:
        run_load(port, (upload(*file) for file in mix_files(120)), concurrency=4)
        _wait_until_whole(port)
        idle = run_load(port, repeat(get("/"), LOOKS), concurrency=2)
        run_load(port, (upload(*file) for file in mix_files(MIXED // 2)), concurrency=4)
        busy = run_load(port, repeat(get("/"), LOOKS), concurrency=2)
        largest = _Largest()  # not before: looking costs those who are looked at
        run_load(port, (upload(*file) for file in mix_files(MIXED)), concurrency=4)
        _wait_until_ready(port)
        memory = largest.stop()
    yield Measurement("worker's memory, 1,000 files", memory / 2**20, 300, "MiB", at_most=1.0)
    yield Measurement("list while it works, p95", busy.p95 * 1e3, idle.p95 * 1e3, "ms", at_most=2.0)


def _fetch(port: int, path: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


class _Largest:
    """Looks at the worker's memory again and again, and keeps the largest it sees."""

    def __init__(self) -> None:
        self._largest = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> int:
        self._is_over.set()
        self._thread.join()
        return self._largest

    def _look(self) -> None:
        while not self._is_over.wait(0.05):
            self._largest = max(self._largest, memory_of_worker())
