"""Covers, waveforms and facts of sound."""

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, TALB, TIT2, TPE1
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from PIL import Image

from mediaweb.previews.audio import draft_audio
from mediaweb.previews.facts import Draft, PreviewFailed
from tests.files import (
    RED,
    make_adts,
    make_flac,
    make_jpeg,
    make_m4a,
    make_mp3,
    make_mp4,
    make_ogg,
    make_png,
    make_tone,
    make_wav,
)

#: Mutagen's classes, which have no types.
READ_MP3: Any = MP3
MAKE_APIC: Any = APIC
MAKE_MP4_COVER: Any = MP4Cover

COVER = make_png(60, 40)
BACK = make_png(30, 30, (0, 0, 255))
MAKERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "mp3": (make_mp3, "mp3"),
    "flac": (make_flac, "flac"),
    "ogg": (make_ogg, "opus"),
    "m4a": (make_m4a, "aac"),
    "wav": (make_wav, "pcm_s16le"),
}


def draft(path: Path, edge: int = 640) -> Draft:
    return draft_audio(path, edge)


def save(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def show(draft: Draft) -> Image.Image:
    assert draft.picture is not None
    return draft.picture


def make_block(data: bytes, kind: int) -> Any:
    picture_type: Any = Picture
    picture = picture_type()
    picture.data, picture.type, picture.mime = data, kind, "image/png"
    return picture


def tag(path: Path, covers: list[tuple[bytes, int]]) -> None:
    """Write title, artist, album and pictures, each with its type: 3 is the front cover, 4 the back."""
    readers: dict[str, Any] = {".mp3": MP3, ".flac": FLAC, ".ogg": OggOpus, ".m4a": MP4}
    audio = readers[path.suffix](path)
    if path.suffix == ".mp3":
        if audio.tags is None:
            audio.add_tags()
        texts: dict[Any, str] = {TIT2: "Song", TPE1: "Ann", TALB: "First"}
        frame_type: Any
        for frame_type, text in texts.items():
            audio.tags.add(frame_type(text=text))
        for number, (data, kind) in enumerate(covers):
            audio.tags.add(MAKE_APIC(mime="image/png", type=kind, desc=str(number), data=data))
    elif path.suffix == ".m4a":
        audio.update({"\xa9nam": "Song", "\xa9ART": "Ann", "\xa9alb": "First"})
        audio["covr"] = [MAKE_MP4_COVER(data, MP4Cover.FORMAT_PNG) for data, _ in covers]
    else:
        audio.update({"title": "Song", "artist": "Ann", "album": "First"})
        blocks = [make_block(*cover) for cover in covers]
        if path.suffix == ".flac":
            for block in blocks:
                audio.add_picture(block)
        else:
            audio["metadata_block_picture"] = [base64.b64encode(block.write()).decode() for block in blocks]
    audio.save()


@pytest.mark.parametrize("kind", MAKERS)
def test_sound_gets_a_waveform_and_its_facts(tmp_path: Path, kind: str) -> None:
    make, codec = MAKERS[kind]
    found = draft(save(tmp_path, f"sound.{kind}", make()))
    assert found.facts.audio_codec == codec
    assert found.facts.duration == pytest.approx(0.1 if kind == "wav" else 0.3, abs=0.03)
    assert (show(found).mode, show(found).size) == ("RGBA", (640, 240))
    assert not found.is_complete


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "m4a"])
def test_tags_and_the_cover_are_found(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, f"song.{kind}", MAKERS[kind][0]())
    covers = [(COVER, 3)] if kind == "m4a" else [(BACK, 4), (COVER, 3)]
    tag(path, covers)
    found = draft(path)
    assert (found.facts.title, found.facts.artist, found.facts.album) == ("Song", "Ann", "First")
    assert (found.facts.width, found.facts.height) == (None, None)
    assert show(found).size == (60, 40)
    assert show(found).getpixel((30, 20)) == RED
    assert found.is_complete


@pytest.mark.parametrize("name", ["song", "song.bin"])
def test_a_cover_is_found_whatever_the_name_of_the_file(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, "song.mp3", make_mp3())
    tag(path, [(COVER, 3)])
    assert show(draft(path.rename(tmp_path / name))).size == (60, 40)


def test_a_large_cover_is_scaled_down_and_turned_upright(tmp_path: Path) -> None:
    path = save(tmp_path, "song.mp3", make_mp3())
    tag(path, [(make_jpeg(900, 600, orientation=6), 3)])
    found = draft(path, edge=300)
    assert show(found).size == (200, 300)
    assert not found.is_complete


@pytest.mark.parametrize(
    "cover",
    [b"", b"nonsense", COVER[:50]],
    ids=["empty", "nonsense", "truncated"],
)
def test_a_cover_that_is_no_good_gives_way_to_the_waveform(tmp_path: Path, cover: bytes) -> None:
    path = save(tmp_path, "song.mp3", make_mp3())
    tag(path, [(cover, 3)])
    assert show(draft(path)).size == (640, 240)
    audio = READ_MP3(path)
    audio.tags.add(MAKE_APIC(mime="image/png", type=4, desc="back", data=BACK))
    audio.save()
    assert show(draft(path)).size == (30, 30)


def test_a_giant_cover_gives_way_to_the_waveform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediaweb.previews.opening.MAX_PIXELS", 60 * 40 - 1)
    path = save(tmp_path, "song.mp3", make_mp3())
    tag(path, [(COVER, 3)])
    assert show(draft(path)).size == (640, 240)


def test_a_waveform_is_high_where_it_is_loud(tmp_path: Path) -> None:
    path = save(tmp_path, "tone.wav", make_tone([0.0, 0.5, 1.0, 0.25]))
    alpha = show(draft(path, edge=1280)).getchannel("A")
    heights = []
    for quarter in range(4):
        box = alpha.crop((quarter * 320 + 40, 0, quarter * 320 + 280, 480)).getbbox()
        assert box is not None
        heights.append(box[3] - box[1])
    assert heights[0] < 12
    assert heights[2] == pytest.approx(480 * 0.86, abs=8)
    assert heights[1] == pytest.approx(heights[2] / 2, abs=8)
    assert heights[3] == pytest.approx(heights[2] / 4, abs=8)


def test_a_long_recording_is_sampled(tmp_path: Path) -> None:
    path = save(tmp_path, "tone.wav", make_tone([0.1, 1.0], seconds=1_000, rate=2_000))
    found = draft(path)
    assert found.facts.duration == pytest.approx(2_000)
    alpha = show(found).getchannel("A")
    left, right = alpha.crop((20, 0, 300, 240)).getbbox(), alpha.crop((340, 0, 620, 240)).getbbox()
    assert left is not None
    assert right is not None
    assert right[3] - right[1] > 5 * (left[3] - left[1])


def test_sound_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    data = make_tone([1.0])
    assert show(draft(save(tmp_path, "cut.wav", data[: len(data) // 2]))).size == (640, 240)


def test_sound_that_changes_its_channels_on_the_way_is_shown(tmp_path: Path) -> None:
    parts = make_adts("mono") + make_adts("stereo")
    assert show(draft(save(tmp_path, "sound.aac", parts))).size == (640, 240)


def test_a_rate_that_can_not_be_is_damage(tmp_path: Path) -> None:
    data = bytearray(make_wav())
    data[24:28] = (1).to_bytes(4, "little")
    with pytest.raises(PreviewFailed, match="damaged"):
        draft(save(tmp_path, "slow.wav", bytes(data)))


@pytest.mark.parametrize(
    "data",
    [b"", random.Random(1).randbytes(100_000), b"ID3" + bytes(5_000), make_png()],
    ids=["empty", "random", "only a tag", "a picture"],
)
def test_what_is_no_sound_fails_with_a_reason(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PreviewFailed, match=r"^The sound can't be decoded: the file is damaged or incompl"):
        draft(save(tmp_path, "noise.mp3", data))


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="no sound"):
        draft(save(tmp_path, "film.mp3", make_mp4()))


def test_tags_that_break_off_harm_nothing(tmp_path: Path) -> None:
    path = save(tmp_path, "song.mp3", make_mp3())
    tag(path, [(COVER, 3)])
    data = bytearray(path.read_bytes())
    data[20:60] = b"\xff" * 40
    found = draft(save(tmp_path, "bad.mp3", bytes(data)))
    assert found.picture is not None
