"""A short silent film of a video, to play under the pointer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from PIL import Image

from mediaweb.previews.containers import open_container
from mediaweb.previews.film import Film, find_video
from mediaweb.previews.frames import draw_frame

DAMAGED = "The video can't be decoded: the file is damaged or incomplete."
EDGE = 480
MAX_FRAME_RATE = 15
#: What is shorter is a still, and not worth a clip. Seconds.
MIN_SECONDS = 0.5
MIN_FRAMES = 3
#: What is shown whole; of anything longer, so many pieces of so many seconds, from these parts of it.
WHOLE_SECONDS = 4.5
PIECE_SECONDS = 1.0
PIECES = (0.08, 0.33, 0.58, 0.83)
#: What a clip may cost, in decoded pixels: 720 frames of Full HD.
BUDGET_PIXELS = 1_500_000_000
#: Constant quality, and a roof above it for what never stands still: about 400 kB.
ENCODING = {
    "preset": "fast",
    "crf": "27",
    "maxrate": "800k",
    "bufsize": "800k",
    "profile": "main",
    "flags": "+bitexact",
}
#: Room for the index in front of the frames: of so few frames it takes about 2 kB. Moving it there in the end
#: (faststart) would need to read the file again, which this process may not.
MUXING = {"moov_size": "4096", "fflags": "+bitexact"}


def write_clip(path: Path, target: Path) -> bool:
    """Write a clip of a video as MP4; tell False, and write nothing, if a clip isn't worth it.

    Raises:
        PreviewFailed: The video is damaged or too large.
    """
    with open_container(path, DAMAGED) as container:
        stream = find_video(container)
        if stream is None:
            return False
        film = Film(container, stream, BUDGET_PIXELS)
        if film.duration is not None and film.duration < MIN_SECONDS:
            return False
        rate = max(1, min(MAX_FRAME_RATE, round(film.frame_rate)))
        pictures = list(_pick_pictures(film, rate))
        if len(pictures) < MIN_FRAMES or len({picture.tobytes() for picture in pictures}) == 1:
            return False
    _encode(pictures, rate, target)
    return True


def _pick_pictures(film: Film, rate: int) -> Iterator[Image.Image]:
    size = None
    for frame in _pick_frames(film, rate):
        picture = draw_frame(frame, film.stream.sample_aspect_ratio, EDGE, multiple=2)
        size = size or picture.size
        # A video may change its size on the way; a clip may not.
        yield picture if picture.size == size else picture.resize(size)


def _pick_frames(film: Film, rate: int) -> Iterator[VideoFrame]:
    """Pick `rate` frames of each second of the pieces, in order and none twice."""
    seen = -1.0
    for begin, seconds in _plan_pieces(film.duration):
        due = None
        for time, frame in film.frames_from(begin):
            if due is None:
                # Decoding begins at a key frame: the piece begins there, too, unless that was shown.
                due = time if time > seen else begin
                end = due + seconds
            if time >= end - 0.5 / rate:
                break
            if time >= due - 0.25 / rate and not frame.is_corrupt:
                seen = time
                due = max(due + 1 / rate, time + 0.5 / rate)
                yield frame


def _plan_pieces(duration: float | None) -> list[tuple[float, float]]:
    if duration is None or duration <= WHOLE_SECONDS:
        return [(0.0, WHOLE_SECONDS)]
    return [(part * duration, PIECE_SECONDS) for part in PIECES]


def _encode(pictures: list[Image.Image], rate: int, target: Path) -> None:
    with av.open(str(target.absolute()), "w", format="mp4", container_options=MUXING) as output:
        stream = output.add_stream("libx264", rate=rate, options=ENCODING)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.thread_count = 1
        context.colorspace, context.color_range = 1, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        for picture in pictures:
            output.mux(stream.encode(_convert(picture)))
        output.mux(stream.encode())


def _convert(picture: Image.Image) -> VideoFrame:
    frame_type: Any = VideoFrame
    frame: VideoFrame = frame_type.from_image(picture)
    return frame.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )
