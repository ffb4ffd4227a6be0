"""Files of video and audio, opened with FFmpeg: their streams, length and tags."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from mediaweb.previews.facts import PreviewFailed

#: FFmpeg's names of what is one file in itself. Playlists, picture sequences and devices are left out: they
#: lead to other files.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,dv,eac3,flac,flv,h264,hevc,ivf,m4v,matroska,mov,mp3,mpc,mpc8,"
    "mpeg,mpegts,mpegvideo,mxf,obu,ogg,rm,tta,w64,wav,webm,wtv,wv"
)
#: Seconds; what claims to last longer says nothing about its length.
MAX_DURATION = 30 * 24 * 3600
#: Seconds; further before the first frame than any packet.
BEFORE_START = 10
#: Packets that are read, without decoding them, to learn how long a file lasts that doesn't say so:
#: an hour of video with sound has about 300,000.
MAX_COUNTED_PACKETS = 500_000


@contextmanager
def open_container(path: Path, spoiled: str) -> Iterator[InputContainer]:
    """Open a video or audio file.

    Raises:
        PreviewFailed: with the sentence `spoiled`, when FFmpeg fails at it, here or in the `with` block.
    """
    try:
        with av.open(
            str(path.absolute()),
            "r",
            options={"threads": "1"},
            container_options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        ) as container:
            yield container
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)
        raise PreviewFailed(spoiled) from error


def raise_if_out_of_memory(error: av.FFmpegError) -> None:
    """Let pass what is no flaw of the file: the caller tells it from damage."""
    if isinstance(error, MemoryError):
        raise error


def read_packets(container: InputContainer, stream: Stream) -> Iterator["Packet[Stream]"]:
    """Read the packets of a stream up to the end of what is readable."""
    try:
        yield from container.demux(stream)
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)


def is_cover(stream: Stream) -> bool:
    """Tell whether a video stream is the picture on a record's sleeve."""
    return Disposition.attached_pic in stream.disposition


def find_start(container: InputContainer) -> float:
    """Find the second at which the clock of a file begins."""
    start = (container.start_time or 0) / av.time_base
    return start if abs(start) < MAX_DURATION else 0.0


def seek(container: InputContainer, second: float) -> bool:
    """Go to the key frame before a second, or near it; tell whether there is anything to read then."""
    # The first packet may lie before the first second, and MPEG-TS takes that literally.
    moment = find_start(container) + (second if second > 0 else -BEFORE_START)
    try:
        container.seek(round(moment * av.time_base))
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)
        # What can't be wound back has perhaps not been read yet.
        return second <= 0
    return True


def find_duration(container: InputContainer, stream: Stream) -> float | None:
    """Find how many seconds a file lasts, by reading through it if need be.

    What browsers record doesn't tell: it was written while it was being recorded.
    """
    claims = [(container.duration or 0) / av.time_base]
    if stream.duration and stream.time_base:
        claims.append(float(stream.duration * stream.time_base))
    for seconds in claims:
        if 0 < seconds < MAX_DURATION:
            return seconds
    return _measure_duration(container, stream)


def _measure_duration(container: InputContainer, stream: Stream) -> float | None:
    start = find_start(container)
    end = 0.0
    for count, packet in enumerate(read_packets(container, stream)):
        if count == MAX_COUNTED_PACKETS:
            return None
        if packet.pts is not None and packet.time_base:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base) - start)
    return end if 0 < end < MAX_DURATION else None


def read_tags(container: InputContainer, stream: Stream) -> dict[str, str]:
    """Read what the maker wrote into a file, by names in small letters."""
    # Ogg has no place for the tags of the file as a whole; elsewhere a stream's title is "Stereo".
    own = stream.metadata if container.format.name == "ogg" else {}
    return {name.lower(): text for name, text in (own | container.metadata).items()}


def name_codec(stream: Stream | None) -> str | None:
    """Name how a stream is coded, as FFmpeg does: "h264", "opus"; None where there is none."""
    context = stream.codec_context if stream is not None else None
    return context.codec.canonical_name if context is not None else None
