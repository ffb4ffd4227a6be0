"""Pictures as cameras make them, and a mix of all that people upload."""

import io
import random
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFilter

from tests import files

PHOTO_PIXELS = (4000, 3000)


def make_photos(count: int, size: tuple[int, int] = PHOTO_PIXELS) -> list[bytes]:
    """Make JPEGs of 12 megapixels, about 3 MB each: shapes, soft gradients and the noise of a sensor."""
    noise = Image.effect_noise(size, 24)
    return [_make_photo(number, size, noise) for number in range(count)]


def _make_photo(seed: int, size: tuple[int, int], noise: Image.Image) -> bytes:
    chance = random.Random(seed)
    small = Image.new("RGB", (size[0] // 8, size[1] // 8), _colour(chance))
    draw = ImageDraw.Draw(small)
    for _ in range(60):
        x, y, radius = chance.randrange(small.width), chance.randrange(small.height), chance.randrange(10, 90)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(chance))
    scene = small.filter(ImageFilter.GaussianBlur(2)).resize(size, Image.Resampling.BICUBIC)
    photo = Image.blend(scene, noise.convert("RGB"), 0.12)
    target = io.BytesIO()
    photo.save(target, "JPEG", quality=88)
    return target.getvalue()


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def mix_files(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of every kind, each content once."""
    photos = make_photos(4)
    small = make_photos(4, (1600, 1200))
    kinds = [
        *(("jpg", photo) for photo in photos),
        *(("jpg", photo) for photo in small),
        ("png", _convert(small[0], "PNG")),
        ("webp", _convert(small[1], "WEBP")),
        ("tiff", _convert(small[2], "TIFF")),
        ("gif", files.make_image("GIF", 400, 300)),
        ("mp4", files.make_mp4(50, 640, 360)),
        ("wav", files.make_wav(5)),
        ("pdf", files.make_pdf()),
        ("txt", b"Some words.\n"),
    ]
    for number in range(count):
        suffix, content = kinds[number % len(kinds)]
        yield f"{number}.{suffix}", content + f"\n{number}".encode()


def _convert(photo: bytes, kind: str) -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(photo)).save(target, kind)
    return target.getvalue()
