"""Write small PDF files: text in the fonts that every reader has, lines and areas (ISO 32000-1)."""

import textwrap
from dataclasses import dataclass, field

from mediaweb.demo.canvas import rgb

A4 = (595, 842)
FONTS = {"sans": "Helvetica", "bold": "Helvetica-Bold", "serif": "Times-Roman", "italic": "Times-Italic"}
#: About how wide a letter is, as a part of its size.
_LETTER_WIDTH = {"sans": 0.5, "bold": 0.54, "serif": 0.43, "italic": 0.41}


@dataclass
class Page:
    """A page to draw on; places are in points from its top left corner."""

    size: tuple[int, int] = A4
    ground: str = "#fffdf8"
    operators: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.box(0, 0, *self.size, self.ground)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.operators.append(
            f"{_fill(colour)} {x:.1f} {self.size[1] - y - height:.1f} {width:.1f} {height:.1f} re f"
        )

    def outline(self, x: float, y: float, width: float, height: float, colour: str, line: float = 1) -> None:
        """Draw the border of a rectangle."""
        place = f"{x:.1f} {self.size[1] - y - height:.1f} {width:.1f} {height:.1f}"
        self.operators.append(f"{_stroke(colour)} {line} w {place} re S")

    def path(self, points: list[tuple[float, float]], colour: str, line: float = 1, dash: str = "") -> None:
        """Draw a line through points."""
        steps = " ".join(
            f"{x:.1f} {self.size[1] - y:.1f} {'l' if index else 'm'}" for index, (x, y) in enumerate(points)
        )
        self.operators.append(f"1 J 1 j [{dash}] 0 d {_stroke(colour)} {line} w {steps} S [] 0 d")

    def area(self, points: list[tuple[float, float]], colour: str) -> None:
        """Fill what lies between points."""
        steps = " ".join(
            f"{x:.1f} {self.size[1] - y:.1f} {'l' if index else 'm'}" for index, (x, y) in enumerate(points)
        )
        self.operators.append(f"{_fill(colour)} {steps} h f")

    def text(
        self, x: float, y: float, words: str, size: float = 11, font: str = "sans", colour: str = "#2a2a2a"
    ) -> None:
        """Write a line whose baseline is at `y`."""
        escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        name = f"/F{list(FONTS).index(font)}"
        self.operators.append(
            f"BT {_fill(colour)} {name} {size} Tf {x:.1f} {self.size[1] - y:.1f} Td ({escaped}) Tj ET"
        )

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        words: str,
        size: float = 11,
        font: str = "serif",
        colour: str = "#2a2a2a",
    ) -> float:
        """Write text within a width; return where the next line would stand."""
        for line in textwrap.wrap(words, int(width / (size * _LETTER_WIDTH[font]))):
            self.text(x, y, line, size, font, colour)
            y += size * 1.5
        return y


def write_pdf(pages: list[Page], title: str) -> bytes:
    """Return the pages as one file."""
    count = len(pages)
    fonts = " ".join(
        f"/F{index} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for index, name in enumerate(FONTS.values())
    )
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] /Resources << /Font << {fonts} >> >> >>".encode(),
        f"<< /Title ({title}) >>".encode("cp1252"),
    ]
    for index, page in enumerate(pages):
        box = f"[0 0 {page.size[0]} {page.size[1]}]"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {5 + 2 * index} 0 R >>".encode()
        )
        content = "\n".join(page.operators).encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    return _join(objects)


def _join(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _fill(colour: str) -> str:
    return " ".join(f"{float(part):.3f}" for part in rgb(colour)) + " rg"


def _stroke(colour: str) -> str:
    return " ".join(f"{float(part):.3f}" for part in rgb(colour)) + " RG"
