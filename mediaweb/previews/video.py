"""Posters, clips and facts of videos."""

from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import ImageStat

from mediaweb.previews.audio import draft_audio
from mediaweb.previews.clip import write_clip
from mediaweb.previews.containers import name_codec, open_container, read_tags
from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.film import Film, find_video
from mediaweb.previews.frames import draw_frame, measure_frame
from mediaweb.previews.recorded import read_recording
from mediaweb.previews.sizes import SIZES

__all__ = ["draft_video", "write_clip"]

DAMAGED = "The video can't be decoded: the file is damaged or incomplete."
#: Where to look for a telling frame, as parts of the whole; and in seconds, if nobody knows how long it is.
PLACES = (0.1, 0.25, 0.5, 0.75, 0.0)
SECONDS = (1.0, 4.0, 0.0)
#: What a poster may cost, in decoded pixels: 300 frames of Full HD.
BUDGET_PIXELS = 600_000_000
#: A frame is telling from here on, in levels of grey of 255: how bright it is, and how far its levels vary.
MIN_BRIGHTNESS = 24
MIN_CONTRAST = 12
#: Pixels on the long edge of what a frame is judged by.
JUDGED_EDGE = 64


def draft_video(path: Path, edge: int) -> Draft:
    """Draw a poster of a video, with its long edge at most `edge`, and tell its facts.

    Raises:
        PreviewFailed: It isn't a video, is damaged, or is too large.
    """
    for is_lenient in (False, True):
        with open_container(path, DAMAGED) as container:
            stream = find_video(container)
            if stream is None and container.streams.audio:
                return draft_audio(path, edge)
            if stream is None:
                break
            film = Film(container, stream, BUDGET_PIXELS, is_lenient=is_lenient)
            frame = _find_telling_frame(film)
            if frame is not None:
                return _draw(container, film, frame, edge)
    raise PreviewFailed(DAMAGED)


def _draw(container: InputContainer, film: Film, frame: VideoFrame, edge: int) -> Draft:
    facts = _read_facts(container, film, frame)
    picture = draw_frame(frame, film.stream.sample_aspect_ratio, edge)
    is_complete = edge >= min(max(facts.width or 1, facts.height or 1), SIZES[-1])
    return Draft(facts, picture, is_complete)


def _find_telling_frame(film: Film) -> VideoFrame | None:
    """Find a frame that shows something, neither dark nor of one colour; or the one that shows the most."""
    places = [part * film.duration for part in PLACES] if film.duration else list(SECONDS)
    best, most = None, -1.0
    for place in places:
        frame = _find_frame(film, place)
        if frame is None:
            continue
        contrast, is_telling = _judge(frame)
        if is_telling:
            return frame
        if contrast > most:
            best, most = frame, contrast
    return best


def _find_frame(film: Film, second: float) -> VideoFrame | None:
    """Find the key frame before a second or, if that is the first frame of all, the frame at that second.

    A whole frame is the sharpest and the cheapest; only the first is often black, or a title.
    """
    last = None
    for time, frame in film.frames_from(second):
        if last is None or not frame.is_corrupt:
            last = frame
        if not frame.is_corrupt and (time >= second or (frame.key_frame and time > 1 / film.frame_rate)):
            break
    return last


def _judge(frame: VideoFrame) -> tuple[float, bool]:
    """Measure the contrast of a frame, and tell whether it is worth showing."""
    grey = ImageStat.Stat(draw_frame(frame, None, JUDGED_EDGE).convert("L"))
    contrast = 0.0 if frame.is_corrupt else grey.stddev[0]
    return contrast, contrast >= MIN_CONTRAST and grey.mean[0] >= MIN_BRIGHTNESS


def _read_facts(container: InputContainer, film: Film, frame: VideoFrame) -> Facts:
    tags = read_tags(container, film.stream)
    width, height = measure_frame(frame, film.stream.sample_aspect_ratio)
    rate = film.stream.average_rate or film.stream.guessed_rate
    return Facts(
        width=width,
        height=height,
        duration=film.duration,
        video_codec=name_codec(film.stream),
        audio_codec=name_codec(next(iter(container.streams.audio), None)),
        frame_rate=float(rate) if rate else None,
        title=tags.get("title"),
        artist=tags.get("artist"),
        **read_recording(tags),
    )
