"""Real files of every kind, made on the spot, as bytes."""

import io
import json
import struct
import wave
import zipfile
from fractions import Fraction
from typing import Any

import av
import docx
import pypdfium2
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
RED: Colour = (200, 30, 40)


def make_image(
    kind: str, width_px: int = 8, height_px: int = 6, colour: Colour = RED, **options: Any
) -> bytes:
    """Make an image in a format that Pillow writes: "JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "BMP" …"""
    target = io.BytesIO()
    Image.new("RGB", (width_px, height_px), colour).save(target, kind, **options)
    return target.getvalue()


def make_jpeg(
    width_px: int = 8, height_px: int = 6, colour: Colour = RED, orientation: int | None = None
) -> bytes:
    """Make a JPEG, on request with one of EXIF's eight orientations."""
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    return make_image("JPEG", width_px, height_px, colour, exif=exif)


def make_png(width_px: int = 8, height_px: int = 6, colour: Colour = RED) -> bytes:
    return make_image("PNG", width_px, height_px, colour)


def make_gif(width_px: int = 8, height_px: int = 6, colour: Colour = RED) -> bytes:
    return make_image("GIF", width_px, height_px, colour)


def make_clear_png(width_px: int = 64, height_px: int = 48) -> bytes:
    """Make a disc on nothing."""
    picture = Image.new("RGBA", (width_px, height_px))
    ImageDraw.Draw(picture).ellipse((8, 4, width_px - 8, height_px - 4), fill=RED)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def make_moving_gif(frames: int = 4, width_px: int = 64, height_px: int = 48) -> bytes:
    """Make a GIF that moves for ever."""
    pictures = [Image.new("RGB", (width_px, height_px), (60 * number, 90, 120)) for number in range(frames)]
    target = io.BytesIO()
    pictures[0].save(target, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return target.getvalue()


def make_webp(width_px: int = 8, height_px: int = 6, colour: Colour = RED) -> bytes:
    return make_image("WEBP", width_px, height_px, colour, lossless=True)


def make_tiff(width_px: int = 8, height_px: int = 6, colour: Colour = RED) -> bytes:
    return make_image("TIFF", width_px, height_px, colour)


def make_avif(width_px: int = 16, height_px: int = 16, colour: Colour = RED) -> bytes:
    return make_image("AVIF", width_px, height_px, colour)


def make_bmp(width_px: int = 8, height_px: int = 6, colour: Colour = RED) -> bytes:
    return make_image("BMP", width_px, height_px, colour)


def make_svg(colour: str = "red", *, has_xml_header: bool = True, script: str = "") -> bytes:
    header = '<?xml version="1.0" encoding="UTF-8"?>\n' if has_xml_header else ""
    body = f'<rect width="4" height="4" fill="{colour}"/>{script}'
    return f'{header}<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4">{body}</svg>'.encode()


def make_mp4(frames: int = 5, width_px: int = 64, height_px: int = 48, colour: Colour = RED) -> bytes:
    """Make a silent film of 10 frames a second."""
    return _make_video("mp4", "mpeg4", "yuv420p", frames, width_px, height_px, colour)


def make_webm(frames: int = 5, width_px: int = 64, height_px: int = 48, colour: Colour = RED) -> bytes:
    return _make_video("webm", "libvpx", "yuv420p", frames, width_px, height_px, colour)


def _make_video(
    container: str, codec: str, pixels: str, frames: int, width_px: int, height_px: int, colour: Colour
) -> bytes:
    picture = Image.new("RGB", (width_px, height_px), colour)
    return make_film([picture] * frames, container, codec, pixels)


def make_film(
    pictures: list[Image.Image],
    container: str = "mp4",
    codec: str = "libx264",
    pixels: str = "yuv420p",
    *,
    rate: int = 10,
    rotation: int = 0,
    is_mirrored: bool = False,
    pixel_aspect: Fraction = Fraction(1),
    colours: dict[str, int] | None = None,
    tags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    is_streamed: bool = False,
) -> bytes:
    """Make a silent film of pictures of one size.

    It asks to be turned by `rotation` degrees counter-clockwise. `colours` are its colorspace, color_range,
    color_trc and color_primaries in the numbers of ITU-T H.273; the pictures are converted to the first two.
    If it is streamed, nobody goes back to its head to write how long it became.
    """
    buffer = io.BytesIO()
    target: Any = _Pipe(buffer) if is_streamed else buffer
    frame_type: Any = av.VideoFrame
    with av.open(target, "w", container, container_options=muxing or {}) as output:
        output.metadata.update(tags or {})
        stream: Any = output.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = pixels
        stream.codec_context.sample_aspect_ratio = pixel_aspect
        for name, number in (colours or {}).items():
            setattr(stream.codec_context, name, number)
        if rotation or is_mirrored:
            stream.set_display_rotation(rotation, hflip=is_mirrored)
        for picture in pictures:
            frame = frame_type.from_image(picture).reformat(
                format=pixels,
                dst_colorspace=(colours or {}).get("colorspace"),
                dst_color_range=(colours or {}).get("color_range"),
            )
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return buffer.getvalue()


class _Pipe:
    """What can be written to, and never gone back in."""

    def __init__(self, target: io.BytesIO) -> None:
        self.write = target.write


def make_moving_film(frames: int = 30) -> bytes:
    """Make a silent film of 10 frames a second in which something moves."""
    corners = draw_corners()
    return make_film([corners.rotate(number * 12) for number in range(frames)])


def draw_corners(width_px: int = 160, height_px: int = 90) -> Image.Image:
    """Draw four quarters: red and green above, blue and white below."""
    picture = Image.new("RGB", (width_px, height_px), (255, 255, 255))
    middle, half = width_px // 2, height_px // 2
    picture.paste((220, 0, 0), (0, 0, middle, half))
    picture.paste((0, 200, 0), (middle, 0, width_px, half))
    picture.paste((0, 0, 220), (0, half, middle, height_px))
    return picture


def make_mp3(seconds: float = 0.3, layout: str = "mono") -> bytes:
    return _make_audio("mp3", "libmp3lame", "fltp", seconds, layout)


def make_ogg(seconds: float = 0.3) -> bytes:
    """Make an Ogg file with Opus sound."""
    return _make_audio("ogg", "libopus", "s16", seconds)


def make_flac(seconds: float = 0.3) -> bytes:
    return _make_audio("flac", "flac", "s16", seconds)


def make_m4a(seconds: float = 0.3) -> bytes:
    return _make_audio("ipod", "aac", "fltp", seconds)


def make_adts(layout: str = "mono", seconds: float = 0.3) -> bytes:
    """Make AAC without a container, which can be joined to more of it."""
    return _make_audio("adts", "aac", "fltp", seconds, layout)


def _make_audio(
    container: str, codec: str, sample_format: str, seconds: float, layout: str = "mono"
) -> bytes:
    target = io.BytesIO()
    rate = 48_000
    with av.open(target, "w", container) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout=layout, format=sample_format)
        frame = av.AudioFrame(format=sample_format, layout=layout, samples=int(rate * seconds))
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = rate
        frame.pts = 0
        fifo = av.AudioFifo()
        fifo.write(frame)
        size = stream.frame_size or 960
        for part in fifo.read_many(size, partial=True):
            output.mux(stream.encode(part))
        output.mux(stream.encode())
    return target.getvalue()


def make_wav(seconds: float = 0.1) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(8_000)
        output.writeframes(bytes(2 * int(8_000 * seconds)))
    return target.getvalue()


def make_tone(levels: list[float], seconds: float = 0.5, rate: int = 8_000) -> bytes:
    """Make a WAV file that is as loud as each level, from 0 to 1, for so many seconds each."""
    target = io.BytesIO()
    with wave.open(target, "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(rate)
        for level in levels:
            peak = round(32_000 * level)
            swing = struct.pack("<4h", 0, peak, 0, -peak)
            output.writeframes(swing * int(rate * seconds / 4))
    return target.getvalue()


def make_pdf(pages: int = 1) -> bytes:
    target = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300).close()
    document.save(target)
    document.close()
    return target.getvalue()


def make_docx(text: str = "A short letter.") -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def make_xlsx() -> bytes:
    """Make the smallest workbook that spreadsheet programs open."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return make_zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{media}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{media}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData/></worksheet>',
        }
    )


def make_zip(members: dict[str, str] | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members or {"note.txt": "hello"}).items():
            archive.writestr(name, content)
    return target.getvalue()


def make_csv() -> bytes:
    return b"name,size\nbeach.jpg,12\nforest.jpg,40\n"


def make_json() -> bytes:
    return json.dumps({"name": "beach", "sizes": [1, 2, 3]}).encode()


def make_html() -> bytes:
    return b"<!DOCTYPE html>\n<html><head><title>Hi</title></head><body><script>alert(1)</script></body>\n"


def make_javascript() -> bytes:
    return b"'use strict';\nfunction greet(name) { return `Hello, ${name}`; }\nmodule.exports = { greet };\n"


def make_exe() -> bytes:
    """Make the headers of a Windows program, enough to be recognised as one."""
    stub = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64)
    return stub + b"PE\0\0" + (0x14C).to_bytes(2, "little") + bytes(18) + b"\x0b\x01" + bytes(512)
