"""Write pictures, films and sounds into the formats that people bring."""

import io
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from mediaweb.demo.canvas import Random

SAMPLE_RATE = 44_100
FRAMES_PER_SECOND = 20
#: Lens, focal length in mm and f-number of a camera that nobody sells.
_LENSES = (
    ("Demo 24mm F2.8", 24, 2.8),
    ("Demo 35mm F2", 35, 2.0),
    ("Demo 50mm F1.8", 50, 1.8),
    ("Demo 70-200mm F4", 135, 4.0),
)
_EXPOSURES = ((60, 800), (125, 400), (250, 200), (500, 100), (1000, 100))


def encode_photo(image: Image.Image, rng: Random, taken_at: datetime) -> bytes:
    """Return a JPEG that says when and with what it was taken."""
    lens, focal_length, f_number = _LENSES[int(rng.integers(len(_LENSES)))]
    exposure, iso = _EXPOSURES[int(rng.integers(len(_EXPOSURES)))]
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Demo", "One"
    photo = exif.get_ifd(0x8769)
    photo[0x9003] = photo[0x9004] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    photo[0x9011] = "+00:00"
    photo[0x829A], photo[0x8827] = IFDRational(1, exposure), iso
    photo[0x829D], photo[0x920A] = IFDRational(round(f_number * 10), 10), IFDRational(focal_length)
    photo[0xA434] = lens
    return _save(image, "JPEG", quality=80, exif=exif, progressive=True)


def encode_image(image: Image.Image, extension: str) -> bytes:
    """Return a picture that knows nothing of a camera, in the format of its extension."""
    if extension == "png":
        palette = image if image.mode == "RGBA" else image.quantize(192, dither=Image.Dither.NONE)
        return _save(palette, "PNG", optimize=True)
    quality = {"jpg": 84, "webp": 80, "avif": 68}[extension]
    options = {"jpg": {}, "webp": {"method": 2}, "avif": {"speed": 9}}[extension]
    return _save(image, "JPEG" if extension == "jpg" else extension.upper(), quality=quality, **options)


def encode_animation(frames: list[Image.Image], extension: str, frame_ms: int) -> bytes:
    """Return an endless GIF or WebP."""
    first, *others = frames
    return _save(first, extension.upper(), save_all=True, append_images=others, duration=frame_ms, loop=0)


def _save(image: Image.Image, format_name: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def encode_film(frames: Iterable[Image.Image], title: str, taken_at: datetime) -> bytes:
    """Return an MP4 (H.264) of the frames, whose sides are even numbers."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        container.metadata.update({"title": title, "creation_time": f"{taken_at:%Y-%m-%dT%H:%M:%SZ}"})
        stream: Any = None
        for image in frames:
            if stream is None:
                stream = cast(Any, container).add_stream("libx264", rate=FRAMES_PER_SECOND)
                stream.width, stream.height, stream.pix_fmt = image.width, image.height, "yuv420p"
                stream.options = {"crf": "25", "preset": "veryfast"}
            frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def encode_sound(
    samples: NDArray[np.floating[Any]], extension: str, tags: dict[str, str], cover: Image.Image | None
) -> bytes:
    """Return two channels of samples from -1 to 1 as mp3, flac or ogg, with its tags and cover."""
    codec, layout = {"mp3": ("libmp3lame", "s16p"), "flac": ("flac", "s16"), "ogg": ("libopus", "flt")}[
        extension
    ]
    rate = 48_000 if extension == "ogg" else SAMPLE_RATE
    whole = (np.clip(samples, -1, 1) * 32_000).astype(np.int16)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=extension) as container:
        container.metadata.update(tags)
        stream: Any = cast(Any, container).add_stream(codec, rate=rate)
        stream.layout, stream.format = "stereo", layout
        if extension != "flac":
            stream.bit_rate = 96_000
        resampler = av.AudioResampler(
            layout, "stereo", rate, frame_size=stream.codec_context.frame_size or 1024
        )
        for start in range(0, whole.shape[1], SAMPLE_RATE):
            frame = av.AudioFrame.from_ndarray(
                _interleave(whole[:, start : start + SAMPLE_RATE]), "s16", "stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            for part in resampler.resample(frame):
                container.mux(stream.encode(part))
        for part in resampler.resample(None):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return _add_cover(buffer.getvalue(), extension, cover)


def _interleave(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.ascontiguousarray(samples.T).reshape(1, -1)


def _add_cover(content: bytes, extension: str, cover: Image.Image | None) -> bytes:
    if cover is None or extension == "ogg":
        return content
    art = _save(cover, "JPEG", quality=80)
    buffer = io.BytesIO(content)
    if extension == "mp3":
        tags = cast(Any, ID3)(buffer)
        tags.add(cast(Any, APIC)(mime="image/jpeg", type=3, desc="Cover", data=art))
        buffer.seek(0)
        tags.save(buffer)
        return buffer.getvalue()
    picture = cast(Any, Picture)()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", art
    song = cast(Any, FLAC)(buffer)
    song.add_picture(picture)
    buffer.seek(0)
    song.save(buffer)
    return buffer.getvalue()
