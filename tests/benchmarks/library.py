"""A library of 100,000 rows, without the files."""

import random
import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mediaweb import create_app
from mediaweb.settings import load_settings

ROWS = 100_000
KINDS = (
    ("image", "image/jpeg", "jpg"),
    ("video", "video/mp4", "mp4"),
    ("document", "application/pdf", "pdf"),
)


def make_library(folder: Path, rows: int = ROWS) -> Path:
    """Fill a new library and return its database file; nine in ten media are public."""
    settings = load_settings(instance_path=folder / "instance", media_folder=folder / "media")
    create_app(settings)
    path = folder / "instance" / "mediaweb.sqlite3"
    connection = sqlite3.connect(path)
    made = _rows(rows)
    names = list(made[0])
    places = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO media ({', '.join(names)}) VALUES ({places})", made)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def _rows(count: int) -> list[dict[str, object]]:
    chance = random.Random(7)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return [_row(number, start + timedelta(minutes=number), chance) for number in range(1, count + 1)]


def _row(number: int, moment: datetime, chance: random.Random) -> dict[str, object]:
    file_type, mime_type, extension = chance.choices(KINDS, weights=(8, 1, 1))[0]
    key_id = uuid.UUID(int=chance.getrandbits(128))
    name = f"holiday {chance.randrange(10_000):04d} {number}.{extension}"
    return {
        "id": number,
        "filename": name,
        "storage_path": f"{moment:%Y/%m/%d}/{key_id}_{name.replace(' ', '_')}",
        "file_size": chance.randrange(10_000, 8_000_000),
        "mime_type": mime_type,
        "file_type": file_type,
        "description": "A day at the sea" if number % 3 == 0 else None,
        "alt_text": "Waves" if number % 4 == 0 else None,
        "user_id": 1,
        "storage_backend": "local",
        "is_public": number % 10 != 0,
        "created_at": moment.isoformat(" ", "microseconds"),
        "updated_at": moment.isoformat(" ", "microseconds"),
        "checksum": f"sha256:{chance.getrandbits(256):064x}",
        "width": 4000,
        "height": 3000,
        "duration": None,
        "taken_at": None,
        "camera": "Apple iPhone 15",
        "lens": None,
        "preview_state": "ready",
        "privacy_generation": 0,
        "preview_width": 2048,
        "preview_height": 1536,
        "has_clip": file_type == "video",
        "placeholder": chance.randbytes(90),
    }
