"""An SVG is drawn at any size, and reaches nothing but itself."""

import base64
import itertools
import time
from pathlib import Path

import pytest
from PIL import Image

from mediaweb.previews.facts import Draft, PreviewFailed
from mediaweb.previews.limits import MAX_TEXT_BYTES
from mediaweb.previews.svg import draft_svg
from tests.previews.pictures import BLUE, draw_corners, find_corners, is_close, save

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RECTANGLE = '<rect width="50%" height="100%" fill="#ff0000"/>'


LAUGH = "lol" * 60


def draft(tmp_path: Path, content: str | bytes, edge: int = 640) -> Draft:
    path = tmp_path / "drawing.svg"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return draft_svg(path, edge)


def draw(tmp_path: Path, inside: str, size: str = 'width="100" height="50"') -> Image.Image:
    picture = draft(tmp_path, f"<svg {NAMES} {size}>{inside}</svg>").picture
    assert picture is not None
    return picture


def is_empty(picture: Image.Image) -> bool:
    return picture.mode == "RGBA" and picture.getchannel("A").getextrema()[1] == 0


def test_a_drawing_is_drawn_as_large_as_it_is_asked_for(tmp_path: Path) -> None:
    found = draft(tmp_path, f'<svg {NAMES} width="100" height="50">{RECTANGLE}</svg>', 2048)
    assert found.picture is not None
    assert found.picture.size == (2048, 1024)
    assert (found.facts.width, found.facts.height) == (100, 50)
    assert found.is_complete
    assert found.picture.getpixel((500, 500)) == (255, 0, 0, 255)
    assert found.picture.getpixel((1500, 500))[3] == 0  # type: ignore[index]


def test_a_small_drawing_leaves_more_to_draw(tmp_path: Path) -> None:
    assert not draft(tmp_path, f'<svg {NAMES} width="100" height="50"/>', 640).is_complete


def test_a_drawing_without_transparency_has_no_alpha(tmp_path: Path) -> None:
    assert draw(tmp_path, '<rect width="100" height="50" fill="blue"/>').mode == "RGB"


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ('width="100px" height="50"', 100, 50),
        ('width="1in" height="25.4mm"', 96, 96),
        ('width="2cm" height="3pc"', 76, 48),
        ('viewBox="0 0 30 40"', 30, 40),
        ('viewBox="0,0,30,40" width="60"', 60, 80),
        ('viewBox="0 0 30 40" height="20"', 15, 20),
        ('viewBox="0 0 30 40" width="100%" height="50%"', 30, 20),
        ('width="100%" height="100%"', 300, 150),
        ("", 300, 150),
        ('viewBox="nonsense" width="wide"', 300, 150),
        ('width="100000" height="1"', 100_000, 1),
    ],
)
def test_a_drawing_has_the_size_that_browsers_give_it(
    size: str, width: int, height: int, tmp_path: Path
) -> None:
    facts = draft(tmp_path, f"<svg {NAMES} {size}>{RECTANGLE}</svg>").facts
    assert (facts.width, facts.height) == (width, height)


@pytest.mark.parametrize(
    "size", ['width="0" height="0"', 'viewBox="0 0 1 1" width="0"', 'width="1e300" height="9e200em"']
)
def test_a_drawing_without_a_size_fails(size: str, tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed):
        draw(tmp_path, RECTANGLE, size)


def test_text_is_written(tmp_path: Path) -> None:
    if not any(Path("/usr/share/fonts").rglob("*.ttf")):
        pytest.skip("this machine has no fonts")
    assert not is_empty(draw(tmp_path, '<text x="5" y="30" font-size="20">Hello</text>'))


def test_styles_and_gradients_are_drawn(tmp_path: Path) -> None:
    inside = (
        "<style>.a &gt; rect, .a { fill: #0000ff }</style>"
        '<defs><rect id="r" class="a" width="100" height="50"/></defs><use xlink:href="#r"/>'
    )
    assert is_close(draw(tmp_path, inside).getpixel((99, 99)), (0, 0, 255))


def test_a_picture_within_a_drawing_is_drawn(tmp_path: Path) -> None:
    data = base64.b64encode(save(tmp_path, "PNG", draw_corners()).read_bytes()).decode()
    inside = f'<image href="data:image/png;base64,{data}" width="64" height="48"/>'
    assert is_close(find_corners(draw(tmp_path, inside, 'width="64" height="48"'))[3], BLUE)


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="{path}" width="64" height="48"/>',
        '<image xlink:href="{path}" width="64" height="48"/>',
        '<image href="file://{path}" width="64" height="48"/>',
        '<image href=" {name}" width="64" height="48"/>',
        '<image href="&#x2f;{path}" width="64" height="48"/>',
        '<x:image xmlns:x="http://www.w3.org/2000/svg" href="{path}" width="64" height="48"/>',
        '<image xmlns:y="http://www.w3.org/1999/xlink" y:href="{path}" width="64" height="48"/>',
        '<filter id="f"><feImage href="{path}"/></filter><rect width="64" height="48" filter="url(#f)"/>',
        '<image href="http://127.0.0.1:9/{name}" width="64" height="48"/>',
        '<use href="{path}#a"/>',
    ],
)
def test_no_other_file_is_drawn(inside: str, tmp_path: Path) -> None:
    other = save(tmp_path, "PNG", draw_corners())
    assert is_empty(draw(tmp_path, inside.format(path=other, name=other.name)))


def test_a_drawing_within_a_drawing_does_not_lead_elsewhere(tmp_path: Path) -> None:
    inner = f'<svg {NAMES} width="9" height="9"><image href="{save(tmp_path, "PNG", draw_corners())}"/></svg>'
    data = base64.b64encode(inner.encode()).decode()
    assert is_empty(draw(tmp_path, f'<image href="data:image/svg+xml;base64,{data}" width="9" height="9"/>'))


def test_scripts_are_left_out(tmp_path: Path) -> None:
    inside = "<script>document.write('&lt;rect/&gt;')</script><foreignObject><p>Hi</p></foreignObject>"
    assert is_empty(draw(tmp_path, inside))


def test_the_short_names_that_drawing_programs_declare_are_expanded(tmp_path: Path) -> None:
    found = draft(
        tmp_path,
        '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY c "#ff0000">]>'
        '<svg xmlns="&ns;" width="10" height="10"><rect fill="&c;" width="10" height="10"/></svg>',
    )
    assert found.picture is not None
    assert found.picture.getpixel((9, 9)) == (255, 0, 0)


def make_laughs() -> str:
    names = "abcdefghij"
    laughs = "".join(f'<!ENTITY {b} "' + f"&{a};" * 10 + '">' for a, b in itertools.pairwise(names))
    return f'<!DOCTYPE svg [<!ENTITY a "lol">{laughs}]><svg {NAMES}><text>&j;</text></svg>'


def make_uses() -> str:
    uses = "".join(f'<g id="a{i}">' + f'<use href="#a{i + 1}"/>' * 10 + "</g>" for i in range(9))
    return f'<svg {NAMES}>{uses}<rect id="a9" width="1" height="1"/></svg>'


@pytest.mark.parametrize(
    "content",
    [
        make_laughs(),
        f'<!DOCTYPE svg [<!ENTITY a "{LAUGH}">]><svg {NAMES}><text>{"&a;" * 300_000}</text></svg>',
        f'<!DOCTYPE svg [<!ENTITY a "&a;">]><svg {NAMES}><text>&a;</text></svg>',
        f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg {NAMES}><text>&a;</text></svg>',
        f'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a"> %a;]><svg {NAMES}/>',
        f"<svg {NAMES}>" + "<g>" * 100_000 + "</g>" * 100_000 + "</svg>",
        make_uses(),
    ],
    ids=["laughs", "one long laugh", "loop", "file", "address", "nesting", "uses"],
)
def test_a_bomb_is_refused_at_once(content: str, tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(PreviewFailed):
        draft(tmp_path, content)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html/>",
        b"<svg",
        b"<svg><rect></svg>",
        b"\x1f\x8b\x08\0",
        b"\xff\xfe\xff",
        b'<?xml version="1.0" encoding="x-unheard-of"?><svg/>',
        f"<svg {NAMES}>&foo;</svg>".encode(),
    ],
)
def test_what_is_no_svg_fails_with_a_reason(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="SVG"):
        draft(tmp_path, content)


def test_an_svg_of_very_many_bytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.svg"
    with path.open("wb") as file:
        file.truncate(MAX_TEXT_BYTES + 1)
    with pytest.raises(PreviewFailed, match="10 MB"):
        draft_svg(path, 64)
