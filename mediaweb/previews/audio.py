"""Covers, waveforms and facts of sound."""

from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

from mediaweb.previews.containers import find_duration, name_codec, open_container, read_tags
from mediaweb.previews.cover import find_cover
from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.sound import measure_loudness
from mediaweb.previews.waveform import WIDTH_PX, draw_waveform

DAMAGED = "The sound can't be decoded: the file is damaged or incomplete."


def draft_audio(path: Path, edge: int) -> Draft:
    """Show the cover of a recording or else its waveform, at most `edge` large, and tell its facts.

    Raises:
        PreviewFailed: It isn't sound, or is damaged.
    """
    with open_container(path, DAMAGED) as container:
        stream = _find_sound(container)
        duration = find_duration(container, stream)
        facts = _read_facts(container, stream, duration)
        loudness = measure_loudness(container, stream, duration)
    if not loudness:
        raise PreviewFailed(DAMAGED)
    cover = find_cover(path, edge)
    if cover is not None:
        return Draft(facts, cover.picture, cover.is_complete)
    return Draft(facts, draw_waveform(loudness, edge), edge >= WIDTH_PX)


def _find_sound(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise PreviewFailed("There is no sound in the file.")
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    raise PreviewFailed("The sound is coded in a way that isn't known here.")


def _read_facts(container: InputContainer, stream: AudioStream, duration: float | None) -> Facts:
    tags = read_tags(container, stream)
    return Facts(
        duration=duration,
        audio_codec=name_codec(stream),
        title=tags.get("title"),
        artist=tags.get("artist"),
        album=tags.get("album"),
    )
