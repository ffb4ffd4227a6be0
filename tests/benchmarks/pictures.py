"""Previews for the newest media of a library that was made without files."""

import io
import sqlite3
from pathlib import Path

from PIL import Image

from mediaweb.previews.ladder import make_placeholder, write_sizes
from mediaweb.previews.sizes import FIRST_SIZE, SIZES
from mediaweb.storage.keys import make_preview_key
from tests.benchmarks.photos import make_photos

SCENES = 6
#: What tiles and narrow windows show.
_SHOWN = [size for size in SIZES if size <= FIRST_SIZE]


def add_pictures(folder: Path, database: Path, count: int) -> None:
    """Give the newest so many media previews and placeholders, of a few photographs in turn."""
    photos = enumerate(make_photos(SCENES))
    scenes = [_make_previews(folder / f"scene-{number}", photo) for number, photo in photos]
    with sqlite3.connect(database) as connection:
        newest = connection.execute(
            "SELECT id, storage_path FROM media ORDER BY id DESC LIMIT ?", (count,)
        ).fetchall()
        for media_id, storage_path in newest:
            scene, placeholder = scenes[media_id % SCENES]
            connection.execute("UPDATE media SET placeholder = ? WHERE id = ?", (placeholder, media_id))
            for size in _SHOWN:
                target = folder / "media" / make_preview_key(storage_path, f"{size}.webp")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.hardlink_to(scene / f"{size}.webp")


def _make_previews(folder: Path, photo: bytes) -> tuple[Path, bytes]:
    """Write the previews of a photo; return their folder and the placeholder."""
    folder.mkdir()
    with Image.open(io.BytesIO(photo)) as opened:
        picture = opened.convert("RGB")
    write_sizes(picture, folder, _SHOWN)
    return folder, make_placeholder(picture)
