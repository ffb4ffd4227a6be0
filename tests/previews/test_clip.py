"""Clips of videos, to play under the pointer."""

from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame
from PIL import Image

from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.video import write_clip
from tests.files import Colour, draw_corners, make_film, make_m4a

STRIPES: list[Colour] = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)]


def draw_steps(count: int, width_px: int = 160, height_px: int = 90) -> list[Image.Image]:
    """Draw a bar that wanders over the four corners."""
    pictures = []
    for step in range(count):
        picture = draw_corners(width_px, height_px)
        left = step * (width_px - 20) // count
        picture.paste((0, 0, 0), (left, 0, left + 20, height_px))
        pictures.append(picture)
    return pictures


def make_clip(folder: Path, data: bytes) -> Path | None:
    path, target = folder / "film", folder / "clip.mp4"
    path.write_bytes(data)
    is_written = write_clip(path, target)
    assert target.exists() == is_written
    return target if is_written else None


def read_clip(path: Path | None) -> tuple[list[VideoFrame], float]:
    assert path is not None
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        frames = list(container.decode(container.streams.video[0]))
        assert container.duration is not None
        return frames, container.duration / av.time_base


def test_a_clip_is_a_small_silent_mp4_for_every_browser(tmp_path: Path) -> None:
    film = make_film(draw_steps(60, 640, 360), rate=30, tags={"title": "Secret", "location": "+48.8+002.2/"})
    path = make_clip(tmp_path, film)
    frames, seconds = read_clip(path)
    assert path is not None
    assert seconds == pytest.approx(2, abs=0.1)
    assert len(frames) == 30
    assert (frames[0].width, frames[0].height, frames[0].format.name) == (480, 270, "yuv420p")
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert b"Secret" not in content
    assert b"+48.8" not in content
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.profile == "Main"


@pytest.mark.parametrize("keyframe_distance", ["10", "1000"])
def test_a_clip_of_a_long_film_shows_pieces_from_all_over_it(tmp_path: Path, keyframe_distance: str) -> None:
    pictures = [Image.new("RGB", (64, 48), STRIPES[index // 50]) for index in range(200)]
    film = make_film(pictures, options={"g": keyframe_distance})
    frames, seconds = read_clip(make_clip(tmp_path, film))
    assert 3 <= seconds <= 4.5
    reds = [frame.reformat(format="rgb24") for frame in frames]
    shown = {max(STRIPES, key=lambda stripe: -_distance(frame, stripe)) for frame in reds}
    assert shown == set(STRIPES)


def _distance(frame: VideoFrame, colour: Colour) -> int:
    seen = bytes(frame.planes[0])[:3]
    return sum(abs(a - b) for a, b in zip(seen, colour, strict=True))


def test_a_clip_stands_upright_with_even_sides(tmp_path: Path) -> None:
    film = make_film(draw_steps(20, 161, 91), pixels="yuv444p", rotation=90)
    frames, _ = read_clip(make_clip(tmp_path, film))
    assert (frames[0].width, frames[0].height) == (92, 160)
    red, green = bytes(frames[0].reformat(format="rgb24").planes[0])[:2]
    assert green > red


def test_the_colours_of_a_clip_are_those_of_the_film(tmp_path: Path) -> None:
    film = make_film(draw_steps(20), colours={"colorspace": 1, "color_range": 2})
    frames, _ = read_clip(make_clip(tmp_path, film))
    assert (frames[0].colorspace, frames[0].color_range) == (1, 1)
    picture = frames[-1].reformat(format="rgb24", dst_color_range="JPEG")
    seen = bytes(picture.planes[0])[3 * 40 : 3 * 40 + 3]
    assert all(abs(a - b) <= 12 for a, b in zip(seen, (220, 0, 0), strict=True))


def test_a_film_without_a_known_length_gets_a_clip(tmp_path: Path) -> None:
    film = make_film(draw_steps(30), "matroska", is_streamed=True)
    _, seconds = read_clip(make_clip(tmp_path, film))
    assert seconds == pytest.approx(3, abs=0.2)


@pytest.mark.parametrize(
    "data",
    [make_film(draw_steps(4)), make_film([draw_corners()] * 20), make_film(draw_steps(1)), make_m4a()],
    ids=["a moment", "nothing moves", "one frame", "only sound"],
)
def test_no_clip_is_made_where_it_is_not_worth_it(tmp_path: Path, data: bytes) -> None:
    assert make_clip(tmp_path, data) is None


def test_a_damaged_film_fails_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="damaged or incomplete"):
        make_clip(tmp_path, make_film(draw_steps(5))[:900])
    assert not (tmp_path / "clip.mp4").exists()
