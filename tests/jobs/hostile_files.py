"""Files that nobody would send by mistake: good ones that were damaged, and bombs made by hand."""

import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from PIL import Image

from tests.files import (
    make_avif,
    make_bmp,
    make_docx,
    make_film,
    make_flac,
    make_gif,
    make_jpeg,
    make_m4a,
    make_mp3,
    make_mp4,
    make_ogg,
    make_pdf,
    make_svg,
    make_tiff,
    make_wav,
    make_webm,
    make_webp,
)
from tests.previews.raw_files import make_dng, make_embedded

Files = dict[str, bytes]
XML = '<?xml version="1.0"?>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">'


def make_good_files() -> Files:
    """Make a small file of every format, by name."""
    pictures = [_draw(seed) for seed in range(4)]
    return {
        "a.jpg": make_jpeg(64, 48, orientation=6),
        "progressive.jpg": _save("JPEG", pictures[0], progressive=True),
        "a.png": _save("PNG", pictures[0].convert("RGBA"), icc_profile=_srgb()),
        "moving.png": _save("PNG", pictures[0], save_all=True, append_images=pictures[1:]),
        "a.gif": make_gif(64, 48),
        "moving.gif": _save("GIF", pictures[0], save_all=True, append_images=pictures[1:], transparency=0),
        "a.webp": make_webp(64, 48),
        "moving.webp": _save("WEBP", pictures[0], save_all=True, append_images=pictures[1:]),
        "a.tiff": make_tiff(64, 48),
        "packed.tiff": _save("TIFF", pictures[0], compression="tiff_lzw"),
        "a.bmp": make_bmp(64, 48),
        "a.avif": make_avif(64, 48),
        "a.heic": _save_heif(pictures[0]),
        "a.svg": make_svg(),
        "a.dng": make_dng(64, 48, embedded=make_embedded(64, 48)),
        "a.mp4": make_mp4(),
        "h264.mp4": make_film(pictures),
        "a.webm": make_webm(),
        "a.mov": make_film(pictures, "mov"),
        "a.mp3": make_mp3(),
        "a.flac": make_flac(),
        "a.ogg": make_ogg(),
        "a.m4a": make_m4a(),
        "a.wav": make_wav(),
        "a.pdf": make_pdf(3),
        "a.txt": "Grüße aus dem Süden\n".encode() * 20,
        "a.docx": make_docx(),
    }


def make_damaged_files(seed: int, count: int) -> Files:
    """Damage good files, each in one to three ways; the same seed gives the same files."""
    random = Random(seed)
    good = make_good_files()
    names = list(good)
    damaged = {}
    for number in range(count):
        name = names[number % len(names)]
        content = good[name]
        for _ in range(random.randint(1, 3)):
            content = random.choice(WAYS)(content, good[random.choice(names)], random)
        damaged[f"{number}-{name}"] = content
    return damaged


def _flip(content: bytes, _: bytes, random: Random) -> bytes:
    flipped = bytearray(content)
    for _time in range(random.choice((1, 4, 30)) if content else 0):
        flipped[_place(content, random)] = random.randrange(256)
    return bytes(flipped)


def _cut(content: bytes, _: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _leave_out(content: bytes, _: bytes, random: Random) -> bytes:
    begin = _place(content, random)
    return content[:begin] + content[begin + random.randint(1, 200) :]


def _splice(content: bytes, other: bytes, random: Random) -> bytes:
    place = _place(content, random)
    return content[:place] + other[random.randrange(len(other)) :]


def _repeat(content: bytes, _: bytes, random: Random) -> bytes:
    begin = _place(content, random)
    return content[:begin] + content[begin : begin + random.randint(1, 300)] * random.randint(2, 40)


def _swap_head(content: bytes, other: bytes, random: Random) -> bytes:
    size = random.choice((4, 8, 16, 64))
    return other[:size] + content[size:]


def _lie(content: bytes, _: bytes, random: Random) -> bytes:
    """Put an absurd number where there may be a length, a count or an offset."""
    lying = bytearray(content)
    number = random.choice((0, 1, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
    for _time in range(random.choice((1, 2, 8))):
        size = random.choice((2, 4))
        place = _place(content, random)
        lying[place : place + size] = (number % 256**size).to_bytes(size, random.choice(("big", "little")))
    return bytes(lying)


WAYS: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    *(_flip, _flip, _cut, _leave_out, _splice, _repeat, _swap_head, _lie, _lie),
)


def _place(content: bytes, random: Random) -> int:
    """Choose a place, more often than not near the beginning, where headers are."""
    end = min(len(content), random.choice((64, 512, len(content))))
    return random.randrange(max(1, end))


def make_bombs() -> Files:
    """Make small files that ask for much, by name."""
    good_mp4 = make_mp4()
    return {
        "huge.png": make_png_bomb(50_000, 50_000),
        "declared.png": _png(60_000, 60_000, 2, b""),
        "text.png": _png(8, 8, 2, zlib.compress(bytes(25 * 8)), (b"zTXt", b"a\0\0" + _zeros(200_000_000))),
        "profile.png": _png(8, 8, 2, zlib.compress(bytes(25 * 8)), (b"iCCP", b"a\0\0" + _zeros(200_000_000))),
        "frames.gif": make_gif_bomb(100_000, 1),
        "canvas.gif": make_gif_bomb(100_000, 1000),
        "nested.svg": (SVG + "<g>" * 100_000).encode(),
        "laughs.svg": make_laughs(),
        "uses.svg": make_uses(),
        "filters.svg": make_filters(),
        "bomb.docx": make_docx_bomb(),
        "tree.pdf": make_pdf_of("<</Type/Pages/Kids[2 0 R]/Count 9/Parent 2 0 R>>"),
        "forms.pdf": make_form_loop(),
        "many-forms.pdf": make_form_bomb(),
        "tables.pdf": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 9/Prev 9/Root 1 0 R>>\n"
        b"startxref\n9\n%%EOF\n",
        "page.pdf": make_pdf_of("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 1e30 1e-30]>>"),
        "directories.tiff": make_tiff_bomb(65_535, is_looping=False),
        "loop.tiff": make_tiff_bomb(3, is_looping=True),
        "scans.jpg": make_scan_bomb(),
        "large.jpg": _lie_about_size(make_jpeg(), 65_500, 65_500),
        "sizes.mp4": _patch_all(good_mp4, struct.pack(">HH", 64, 48), struct.pack(">HH", 65_535, 65_535)),
        "length.mp4": _absurd_lengths(good_mp4),
        "samples.mp4": _absurd_samples(good_mp4),
        "tags.mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"APIC\x7f\x7f\x7f\x7f\0\0" + make_mp3(),
        "chains.ogg": make_ogg() * 300,
    }


def make_png_bomb(width: int, height: int) -> bytes:
    """Make a PNG of one bit a pixel, all black, of which each thousand times its size is real."""
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(1)
    rows = 500
    data = b"".join(packer.compress(row * rows) for _ in range(height // rows)) + packer.flush()
    return _png(width, height, 0, data, depth=1)


def make_gif_bomb(frames: int, edge: int) -> bytes:
    """Make a GIF of frames of one transparent pixel each, on a canvas of `edge` × `edge`."""
    head = b"GIF89a" + struct.pack("<HHBBB", edge, edge, 0x80, 0, 0) + bytes(6)
    control = b"\x21\xf9\x04" + struct.pack("<BHB", 0x09, 1, 0) + b"\0"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + (control + frame) * frames + b"\x3b"


def make_laughs() -> bytes:
    names = "abcdefghij"
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names)
    )
    return f"{XML}<!DOCTYPE svg [{entities}]>{SVG}<text>&j;</text></svg>".encode()


def make_uses() -> bytes:
    """Make a drawing whose every shape is ten of the next."""
    groups = "".join(f'<g id="a{step}">' + f'<use href="#a{step + 1}"/>' * 10 + "</g>" for step in range(12))
    return f'{SVG}{groups}<rect id="a12" width="1" height="1"/></svg>'.encode()


def make_filters() -> bytes:
    """Make a drawing that is turbulent and blurred, a thousand times over."""
    steps = '<feTurbulence numOctaves="999999" baseFrequency="9"/><feGaussianBlur stdDeviation="900"/>' * 1000
    effect = f'<filter id="f" x="-999" y="-999" width="9999" height="9999">{steps}</filter>'
    return f'{SVG}{effect}<rect width="64" height="48" filter="url(#f)"/></svg>'.encode()


def make_docx_bomb() -> bytes:
    target = io.BytesIO(make_docx())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/media/image1.png", bytes(100_000_000))
    return target.getvalue()


def make_pdf_of(pages: str, *others: str) -> bytes:
    """Make a PDF of this page tree and one page, without a table of its objects: readers look for them."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", pages, *(others or ("<</Type/Page/Parent 2 0 R>>",))]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer<</Root 1 0 R/Size {len(objects) + 1}>>\n%%EOF\n".encode()


def make_form_loop() -> bytes:
    """Make a PDF whose page draws a form that draws itself."""
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    form = _stream("/A Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>")
    return make_pdf_of("<</Type/Pages/Kids[3 0 R]/Count 1>>", page, _stream("/A Do"), form)


def make_form_bomb(steps: int = 12) -> bytes:
    """Make a PDF whose page draws a form ten times, which draws another ten times, and so on."""
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    forms = [
        _stream(
            "/A Do " * 10,
            f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A {step + 6} 0 R>>>>",
        )
        for step in range(steps)
    ]
    last = _stream("0 0 9 9 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return make_pdf_of("<</Type/Pages/Kids[3 0 R]/Count 1>>", page, _stream("/A Do"), *forms, last)


def make_tiff_bomb(directories: int, is_looping: bool) -> bytes:
    """Make a TIFF of one picture in so many directories, the last of which leads to the first or nowhere."""
    entries = [(256, 4, 8), (257, 4, 8), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 64)]
    rows = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHLL", tag, kind, 1, value) for tag, kind, value in entries
    )
    first, size = 8 + 64, len(rows) + 4
    links = [first + size * number for number in range(1, directories)] + [first if is_looping else 0]
    body = b"".join(rows + struct.pack("<L", link) for link in links)
    return b"II*\0" + struct.pack("<L", first) + bytes(64) + body


def make_scan_bomb(scans: int = 3000, edge: int = 10_000) -> bytes:
    """Make a progressive JPEG that goes over the same blocks again and again."""
    content = _save("JPEG", Image.new("L", (8, 8)), progressive=True)
    last = content.rindex(b"\xff\xda")
    return _lie_about_size(content[:last] + content[last:-2] * scans + content[-2:], edge, edge)


def _lie_about_size(jpeg: bytes, width: int, height: int) -> bytes:
    start = next(place for kind in (b"\xff\xc0", b"\xff\xc2") if (place := jpeg.find(kind)) > 0)
    return jpeg[: start + 5] + struct.pack(">HH", height, width) + jpeg[start + 9 :]


def _absurd_lengths(mp4: bytes) -> bytes:
    absurd = bytearray(mp4)
    for kind, place in ((b"mvhd", 16), (b"tkhd", 24), (b"mdhd", 20)):
        start = mp4.index(kind) + place
        absurd[start : start + 4] = b"\xff\xff\xff\xfe"
    return bytes(absurd)


def _absurd_samples(mp4: bytes) -> bytes:
    absurd = bytearray(mp4)
    for kind, place in ((b"stts", 8), (b"stts", 12), (b"stsz", 12), (b"stsc", 8), (b"stco", 8)):
        start = mp4.index(kind) + place
        absurd[start : start + 4] = b"\x0f\xff\xff\xff"
    return bytes(absurd)


def _patch_all(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new)


def _png(
    width: int, height: int, kind: int, data: bytes, *more: tuple[bytes, bytes], depth: int = 8
) -> bytes:
    head = struct.pack(">LLBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), *more, (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(count // 1_000_000)) + packer.flush()


def _stream(content: str, entries: str = "") -> str:
    return f"<<{entries}/Length {len(content)}>>stream\n{content}\nendstream"


def _draw(seed: int) -> Image.Image:
    return Image.frombytes("RGB", (64, 48), Random(seed).randbytes(8 * 6 * 3) * 64)


def _save(kind: str, picture: Image.Image, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def _save_heif(picture: Image.Image) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return _save("HEIF", picture)


def _srgb() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
