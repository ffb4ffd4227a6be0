"""How pages write what a file says about itself; every function here is a filter of the templates."""

from datetime import UTC, timedelta, timezone

from flask import Flask

from mediaweb.previews.facts import Facts

#: Codecs as people know them, by FFmpeg's names.
CODECS = {
    "aac": "AAC",
    "ac3": "Dolby Digital",
    "alac": "Apple Lossless",
    "amrnb": "AMR",
    "amrwb": "AMR",
    "av1": "AV1",
    "dnxhd": "DNxHD",
    "dts": "DTS",
    "eac3": "Dolby Digital Plus",
    "flac": "FLAC",
    "flv1": "Flash Video",
    "h263": "H.263",
    "h264": "H.264",
    "hevc": "H.265 (HEVC)",
    "mjpeg": "Motion JPEG",
    "mp2": "MP2",
    "mp3": "MP3",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
    "opus": "Opus",
    "prores": "ProRes",
    "theora": "Theora",
    "vorbis": "Vorbis",
    "vp8": "VP8",
    "vp9": "VP9",
    "wmv1": "Windows Media",
    "wmv2": "Windows Media",
    "wmv3": "Windows Media",
    "vc1": "Windows Media",
}
#: Beginnings of names that stand for many of a kind.
CODEC_FAMILIES = {"pcm_": "Uncompressed", "adpcm_": "ADPCM", "wma": "Windows Media", "rv": "RealVideo"}
#: From this many seconds on, an exposure is told in seconds rather than as a fraction.
LONG_EXPOSURE = 0.3


def register_fact_words(app: Flask) -> None:
    """Make the functions of this module filters of the templates."""
    for function in (
        play_time,
        dimensions,
        exposure,
        time_taken,
        codec_name,
        frame_rate,
        coordinates,
        map_address,
    ):
        app.add_template_filter(function)


def play_time(seconds: float) -> str:
    """Write how long something plays: `0.3 s`, `0:07`, `1:23`, `1:02:03`."""
    if seconds < 1:
        return f"{max(0.1, seconds):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def dimensions(known: Facts) -> str:
    """Write pixels, of large pictures millions of them, too: `4000 × 3000 px, 12 MP`."""
    if known.width is None or known.height is None:
        return ""
    megapixels = known.width * known.height / 1e6
    if known.duration is not None or megapixels < 0.95:  # nobody counts the pixels of a film
        return f"{known.width} × {known.height} px"
    words = f"{megapixels:.1f}".removesuffix(".0") if megapixels < 9.95 else f"{megapixels:,.0f}"
    return f"{known.width} × {known.height} px, {words} MP"


def exposure(known: Facts) -> str:
    """Write it as photographers do: `1/250 s · f/2.8 · ISO 100 · 35 mm`; what is unknown is left out."""
    parts = (
        known.exposure_time and _shutter(known.exposure_time),
        known.f_number and f"f/{known.f_number:.1f}".removesuffix(".0"),
        known.iso and f"ISO {known.iso}",
        known.focal_length and f"{known.focal_length:.1f}".removesuffix(".0") + " mm",
    )
    return " · ".join(part for part in parts if part)


def time_taken(known: Facts) -> str:
    """Write day and time of the camera's own clock, with its zone if the file tells it."""
    if known.taken_at is None:
        return ""
    offset = known.taken_offset_minutes
    local = known.taken_at.astimezone(None if offset is None else timezone(timedelta(minutes=offset)))
    words = f"{local.day} {local:%B %Y, %H:%M}"
    return words if offset is None else f"{words} {_zone(offset)}"


def codec_name(codec: str) -> str:
    """Name a codec in words that people know."""
    if codec in CODECS:
        return CODECS[codec]
    family = next((name for start, name in CODEC_FAMILIES.items() if codec.startswith(start)), None)
    return family or codec.upper().replace("_", " ")


def frame_rate(rate: float) -> str:
    """Write frames a second: `25 fps`, `29.97 fps`."""
    return f"{rate:.2f}".rstrip("0").rstrip(".") + " fps"


def coordinates(known: Facts) -> str:
    """Write where something was taken: `59.91390° N, 10.75220° E, 23 m above the sea`."""
    if known.latitude is None or known.longitude is None:
        return ""
    north = f"{abs(known.latitude):.5f}° {'N' if known.latitude >= 0 else 'S'}"
    east = f"{abs(known.longitude):.5f}° {'E' if known.longitude >= 0 else 'W'}"
    if known.altitude is None:
        return f"{north}, {east}"
    return (
        f"{north}, {east}, {abs(known.altitude):.0f} m {'above' if known.altitude >= 0 else 'below'} the sea"
    )


def map_address(known: Facts) -> str:
    """Return the address of the place on OpenStreetMap's map."""
    latitude, longitude = f"{known.latitude:.5f}", f"{known.longitude:.5f}"
    place = f"mlat={latitude}&mlon={longitude}#map=15/{latitude}/{longitude}"
    return f"https://www.openstreetmap.org/?{place}"


def _shutter(seconds: float) -> str:
    if seconds < LONG_EXPOSURE:
        return f"1/{round(1 / seconds)} s"
    return f"{seconds:.1f}".removesuffix(".0") + " s"


def _zone(offset_minutes: int) -> str:
    if offset_minutes == 0:
        return str(UTC)
    hours, minutes = divmod(abs(offset_minutes), 60)
    sign = "+" if offset_minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
