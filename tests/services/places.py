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
PLACE = {1: "N", 2: (59.0, 54.0, 50.1234), 3: "E", 4: (10.0, 45.0, 8.4321), 29: "2024:05:06"}
LATITUDE = 59 + 54 / 60 + 50.1234 / 3600
LONGITUDE = 10 + 45 / 60 + 8.4321 / 3600
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


def make_picture(kind: str, has_place: bool = True) -> bytes:
    """Make a picture of 64 by 48 pixels: "JPEG", "PNG", "WEBP", "TIFF", "AVIF" or "HEIF"."""
    options: dict[str, Any] = {"exif": make_exif(has_place)}
    if kind == "PNG" and has_place:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    elif kind == "TIFF":
        options = {"tiffinfo": _describe_tiff(has_place)}
    elif has_place:
        options["xmp"] = XMP
    target = io.BytesIO()
    files.draw_corners(64, 48).save(target, kind, **options)
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


#: How many bytes of a TIFF file written by `make_large_tiff` its pixels take.
PIXEL_BYTES = 3000 * 1000


def make_large_tiff(places: str, order: str = "<") -> bytes:
    """Make a grey TIFF file by hand, whose directory comes behind its pixels as many programs write it.

    Its place stands "behind" the pixels, too, or "before" them: far away.
    """
    gps_values = struct.pack(f"{order}6L", 59, 1, 54, 1, 250617, 5000) + struct.pack(
        f"{order}6L", 10, 1, 45, 1, 84321, 10000
    )
    pixels = bytes(PIXEL_BYTES)
    gps_start = 8 if places == "before" else 8 + PIXEL_BYTES
    gps = _write_directory(
        order,
        [
            (1, 2, 2, b"N\0\0\0"),
            (2, 5, 3, struct.pack(f"{order}L", gps_start + 54)),
            (3, 2, 2, b"E\0\0\0"),
            (4, 5, 3, struct.pack(f"{order}L", gps_start + 78)),
        ],
    )
    gps += gps_values
    pixels_start = 8 + len(gps) if places == "before" else 8
    numbers = {
        256: 3000,
        257: 1000,
        258: 8,
        259: 1,
        262: 1,
        273: pixels_start,
        277: 1,
        278: 1000,
        279: PIXEL_BYTES,
        GPS: gps_start,
    }
    directory = _write_directory(
        order, [(tag, 4, 1, struct.pack(f"{order}L", number)) for tag, number in numbers.items()]
    )
    parts = (gps, pixels) if places == "before" else (pixels, gps)
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    return head + struct.pack(f"{order}L", 8 + len(gps) + PIXEL_BYTES) + b"".join(parts) + directory


def _write_directory(order: str, entries: list[tuple[int, int, int, bytes]]) -> bytes:
    body = b"".join(struct.pack(f"{order}HHL4s", *entry) for entry in entries)
    return struct.pack(f"{order}H", len(entries)) + body + bytes(4)
