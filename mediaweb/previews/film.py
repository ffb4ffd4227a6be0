"""The frames of a video, from any second of it, at a bounded price."""

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediaweb.previews.containers import (
    find_duration,
    find_start,
    is_cover,
    raise_if_out_of_memory,
    read_packets,
    seek,
)
from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.limits import MAX_FRAME_PIXELS

#: What a packet costs at least, in pixels, however small its frame is.
MIN_PACKET_PIXELS = 10_000


def find_video(container: InputContainer) -> VideoStream | None:
    """Find the stream of moving pictures; None in what is only sound.

    Raises:
        PreviewFailed: It is of a kind that can't be decoded, or too large.
    """
    streams = [stream for stream in container.streams.video if not is_cover(stream)]
    if not streams:
        return None
    known = [stream for stream in streams if stream.codec_context is not None]
    if not known:
        raise PreviewFailed("The video is coded in a way that isn't known here.")
    # A file may carry small copies of its pictures, too.
    stream = max(known, key=lambda candidate: candidate.width * candidate.height)
    if stream.width * stream.height > MAX_FRAME_PIXELS:
        raise PreviewFailed(f"The video is too large: {stream.width} × {stream.height} pixels.")
    return stream


class Film:
    """The frames of an opened video. All that is decoded counts towards `budget_pixels`.

    What is damaged is left out; if `is_lenient`, what a decoder can make of it is taken.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, budget_pixels: int, *, is_lenient: bool = False
    ) -> None:
        self.duration = find_duration(container, stream)
        self.stream = stream
        self._container = container
        self._start = find_start(container)
        self._budget_pixels = budget_pixels
        # Threads would each hold frames of their own.
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {
            "max_pixels": str(MAX_FRAME_PIXELS),
            "err_detect": "ignore_err" if is_lenient else "explode",
        }

    def frames_from(self, second: float) -> Iterator[tuple[float, VideoFrame]]:
        """Decode from the last key frame before a second on, as (second, frame), without what is broken."""
        if not seek(self._container, second):
            return
        time = 0.0
        for packet in read_packets(self._container, self.stream):
            if self._budget_pixels < 0:
                return
            self._budget_pixels -= max(self.stream.width * self.stream.height, MIN_PACKET_PIXELS)
            for frame in _decode(packet):
                time = frame.time - self._start if frame.pts is not None else time + 1 / self.frame_rate
                yield time, frame

    @property
    def frame_rate(self) -> float:
        """Frames a second, or what is usual where the file doesn't say."""
        return float(self.stream.guessed_rate or 0) or 25.0


def _decode(packet: "Packet[Stream]") -> list[VideoFrame]:
    try:
        frames = packet.decode()
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)
        return []
    return [frame for frame in frames if isinstance(frame, VideoFrame)]
