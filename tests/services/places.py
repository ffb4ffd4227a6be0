"""Pictures and films that tell where they were taken, made by real encoders."""

import io
import struct
from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin
from pillow_heif import register_heif_opener

from tests import files

register_heif_opener()

MAKE, MODEL, ORIENTATION, EXIF, GPS, TAKEN_AT = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825, 0x9003
#: North, its degrees, east, its degrees; the seconds are found as fractions in nothing else.
PLACE = {1: "N", 2: (69.0, 54.0, 50.1234), 3: "E", 4: (110.0, 45.0, 8.4321), 29: "2024:05:06"}
LATITUDE = 69 + 54 / 60 + 50.1234 / 3600
LONGITUDE = 110 + 45 / 60 + 8.4321 / 3600
#: What of it stands in files: those seconds as fractions in both byte orders, and texts.
TRACES = (
    *(
        struct.pack(f"{order}LL", top, bottom)
        for order in "<>"
        for top, bottom in ((250617, 5000), (84321, 10000))
    ),
    *(b"59,54.8354", b"10,45.1405", b"+59.9139", b"+010.7522", b"2024:05:06"),
)
ISO_6709 = "+59.9139+010.7522/"
XMP = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"
 exif:GPSLatitude="59,54.8354N" photoshop:City="Oslo" drone-dji:GpsLatitude='+59.9139'>
<exif:GPSLongitude>10,45.1405E</exif:GPSLongitude><exif:GPSAltitude rdf:resource=""/>
<exif:GPSProcessingMethod><rdf:Alt><rdf:li>+010.7522</rdf:li></rdf:Alt></exif:GPSProcessingMethod>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def make_exif(has_place: bool = True) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[ORIENTATION] = "Acme", "Acme One", 6
    exif.get_ifd(EXIF)[TAKEN_AT] = "2020:01:02 03:04:05"
    if has_place:
        exif.get_ifd(GPS).update(PLACE)
    return exif


def make_picture(kind: str, has_place: bool = True, width_px: int = 64, **others: Any) -> bytes:
    """Make a picture four by three: "JPEG", "PNG", "WEBP", "TIFF", "AVIF" or "HEIF"."""
    options: dict[str, Any] = {"exif": make_exif(has_place)}
    if kind == "PNG" and has_place:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    elif kind == "TIFF":
        options = {"tiffinfo": _describe_tiff(has_place)}
    elif has_place:
        options["xmp"] = XMP
    target = io.BytesIO()
    files.draw_corners(width_px, width_px * 3 // 4).save(target, kind, **options, **others)
    return target.getvalue()


def _describe_tiff(has_place: bool) -> TiffImagePlugin.ImageFileDirectory_v2:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[MAKE], tags[MODEL], tags[ORIENTATION] = "Acme", "Acme One", 6
    tags[EXIF] = {TAKEN_AT: "2020:01:02 03:04:05"}
    if has_place:
        tags[GPS], tags[700] = PLACE, XMP
        tags.tagtype[700] = 1
    return tags


def make_film(container: str, **tags: str) -> bytes:
    """Make a short film: "mp4", "mov" or "3gp"."""
    codec = "mpeg4" if container == "3gp" else "libx264"
    muxing = {"movflags": "use_metadata_tags"} if "com.apple.quicktime.make" in tags else {}
    return files.make_film([files.draw_corners(64, 48)] * 3, container, codec, tags=tags, muxing=muxing)


PIXEL_BYTES = 3000 * 1000
#: Of a TIFF file's parts: two directories of ten and four entries, the latter with its fractions, and pixels.
_PART_BYTES = {"main": 2 + 12 * 10 + 4, "gps": 2 + 12 * 4 + 4 + 48, "pixels": PIXEL_BYTES}


def make_large_tiff(*parts: str, order: str = "<") -> bytes:
    """Make a grey TIFF file by hand, with its parts "main", "gps" and "pixels" in this order."""
    starts, end = {}, 8
    for part in parts:
        starts[part] = end
        end += _PART_BYTES[part]
    degrees = struct.pack(f"{order}12L", 69, 1, 54, 1, 250617, 5000, 110, 1, 45, 1, 84321, 10000)
    values: list[tuple[int, int, int | bytes]] = [
        (2, 2, b"N\0\0\0"),
        (5, 3, starts["gps"] + 54),
        (2, 2, b"E\0\0\0"),
        (5, 3, starts["gps"] + 78),
    ]
    numbers = {256: 3000, 257: 1000, 258: 8, 259: 1, 262: 1, 273: starts["pixels"], 277: 1, 278: 1000}
    numbers |= {279: PIXEL_BYTES, GPS: starts["gps"]}
    contents = {
        "main": _write_directory(order, [(tag, 4, 1, number) for tag, number in numbers.items()]),
        "gps": _write_directory(order, [(tag, *value) for tag, value in enumerate(values, 1)]) + degrees,
        "pixels": bytes(PIXEL_BYTES),
    }
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}L", starts["main"])
    return head + b"".join(contents[part] for part in parts)


def _write_directory(order: str, entries: list[tuple[int, int, int, int | bytes]]) -> bytes:
    body = b""
    for tag, kind, count, value in entries:
        field = struct.pack(f"{order}L", value) if isinstance(value, int) else value
        body += struct.pack(f"{order}HHL4s", tag, kind, count, field)
    return struct.pack(f"{order}H", len(entries)) + body + bytes(4)
