"""The pictures of the README and the guides: of the demo alone, small enough to be kept with the code."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload

from mediaweb.demo.catalogue import PIECES
from tools.shots.camera import Camera, Scene, Scheme, Shot
from tools.shots.gallery_scenes import at, open_filters, select
from tools.shots.upload_scenes import choose_slowly, forget
from tools.shots.viewer_scenes import view

#: What git and whoever reads on a phone can bear.
MOST_BYTES = 250_000
QUALITY = 82
VIEWED = "Morning over the ridge.jpg"
UPLOADED = ("Harbour lights.jpg", "Coast panorama.jpg", "Northern lights.mp4", "Ferns and berries.jpg")


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene, and how it is taken."""

    name: str
    set_up: Callable[[Shot], None]
    width: int = 1440
    scheme: Scheme = "light"
    scale: float = 1
    clear_up: Callable[[Shot], None] | None = None


def upload_pieces(shot: Shot) -> None:
    """Upload pieces of the demo, each a little longer than those that are here."""
    pieces = {piece.filename: piece for piece in PIECES}
    now = datetime.now(UTC)
    choose_slowly(shot, *(_lengthen(name, pieces[name].make(now)) for name in UPLOADED))


def _lengthen(name: str, content: bytes) -> FilePayload:
    kind = "video/mp4" if name.endswith(".mp4") else "image/jpeg"
    return {"name": name, "mimeType": kind, "buffer": content + os.urandom(1_500_000)}


PICTURES = (
    Picture("gallery", at("/")),
    Picture("gallery-phone", at("/"), width=390, scheme="dark", scale=2),
    Picture("viewer", view(VIEWED)),
    Picture("selection", select, scheme="dark"),
    Picture("filters", open_filters),
    Picture("upload", upload_pieces, clear_up=forget),
)


def take(camera: Camera, into: Path) -> None:
    """Take them all. Exits when one is too large."""
    into.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        scene = Scene(f"docs-{picture.name}", picture.set_up, picture.clear_up)
        shot = camera.begin(scene, picture.width, picture.scale)
        picture.set_up(shot)
        camera.settle(scene, shot.page, picture.scheme)
        path = into / f"{picture.name}.webp"
        shot.page.screenshot(path=path.with_suffix(".png"))
        camera.end(scene, shot)
        _compress(path.with_suffix(".png"), path)
        if path.stat().st_size > MOST_BYTES:
            sys.exit(f"{path} has {path.stat().st_size:,} bytes; {MOST_BYTES:,} are allowed.")


def _compress(drawn: Path, path: Path) -> None:
    with Image.open(drawn) as image:
        image.convert("RGB").save(path, quality=QUALITY, method=6)
    drawn.unlink()
