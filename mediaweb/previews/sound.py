"""How loud a recording is, along its length."""

from array import array
from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from mediaweb.previews.containers import raise_if_out_of_memory, read_packets, seek

#: Samples a second and samples of a window, of which the loudest counts: a hundredth of a second.
RATE = 8_000
WINDOW = 80
#: Seconds of sound that are decoded from end to end; of more, samples are taken.
MAX_WHOLE_SECONDS = 600
#: How many samples, and seconds of each.
SAMPLES = 160
SAMPLE_SECONDS = 0.3
#: Packets without a sound after which a place is given up.
MAX_SILENT_PACKETS = 500


def measure_loudness(container: InputContainer, stream: AudioStream, duration: float | None) -> list[int]:
    """Measure the peaks of a recording from its beginning to its end, 0 to 32,768.

    Reads at most ten minutes of sound. The list is empty if nothing can be decoded.
    """
    stream.codec_context.thread_count = 1
    if duration is None or duration <= MAX_WHOLE_SECONDS:
        return _measure_place(container, stream, 0.0, MAX_WHOLE_SECONDS)
    levels = []
    for sample in range(SAMPLES):
        place = _measure_place(container, stream, sample * duration / SAMPLES, SAMPLE_SECONDS)
        if place:
            levels.append(max(place))
    return levels


def _measure_place(
    container: InputContainer, stream: AudioStream, second: float, seconds: float
) -> list[int]:
    if not seek(container, second):
        return []
    setup = None
    levels: list[int] = []
    rest: array[int] = array("h")
    for frame in _decode_all(container, stream):
        # Where packets are missing, the clock jumps; the resampler would fill the gap.
        frame.pts = None
        if setup != (setup := (frame.format.name, frame.layout.name, frame.rate)):  # it may change on the way
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        for part in resampler.resample(frame):
            rest.frombytes(bytes(part.planes[0])[: 2 * part.samples])
        whole = len(rest) - len(rest) % WINDOW
        levels += [_peak(rest[begin : begin + WINDOW]) for begin in range(0, whole, WINDOW)]
        del rest[:whole]
        if len(levels) * WINDOW >= seconds * RATE:
            return levels
    return levels + ([_peak(rest)] if rest else [])


def _decode_all(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    silent = 0
    for packet in read_packets(container, stream):
        frames = _decode(packet)
        silent = 0 if frames else silent + 1
        if silent > MAX_SILENT_PACKETS:
            return
        yield from frames


def _decode(packet: "Packet[Stream]") -> list[AudioFrame]:
    try:
        frames = packet.decode()
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)
        return []
    return [frame for frame in frames if isinstance(frame, AudioFrame) and frame.samples]


def _peak(window: "array[int]") -> int:
    return max(max(window), -min(window))
