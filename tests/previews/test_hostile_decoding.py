"""What once made a decoder stumble, or work for minutes, ends at once and in words."""

from pathlib import Path

import pytest

from mediaweb.previews.audio import draft_audio
from mediaweb.previews.cover import find_cover
from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.image import draft_image
from mediaweb.previews.svg import draft_svg
from tests.files import make_mp3, make_ogg
from tests.jobs.hostile_files import make_filters, make_scan_bomb


def save(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


def test_a_jpeg_of_thousands_of_scans_is_not_decoded(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="too many layers"):
        draft_image(save(tmp_path, make_scan_bomb()), 640)


def test_a_thousand_filters_are_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="too many filters"):
        draft_svg(save(tmp_path, make_filters()), 640)


def test_sound_may_change_on_the_way(tmp_path: Path) -> None:
    mono, stereo = make_mp3(0.3), make_mp3(0.3, "stereo")
    assert draft_audio(save(tmp_path, mono + stereo + mono), 640).picture is not None


def test_broken_tags_are_no_cover(tmp_path: Path) -> None:
    sound = bytearray(make_ogg())
    sound[26] = 0  # of the first page's packets there are none
    assert find_cover(save(tmp_path, bytes(sound)), 640) is None
