"""First pages and facts of PDFs."""

import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from mediaweb.previews.document import draft_pdf
from mediaweb.previews.facts import Draft, PreviewFailed
from tests.files import RED, make_pdf, make_png

WHITE = (255, 255, 255)


def draft(folder: Path, data: bytes, edge: int = 640) -> Draft:
    path = folder / "document.pdf"
    path.write_bytes(data)
    return draft_pdf(path, edge)


def show(draft: Draft) -> Image.Image:
    assert draft.picture is not None
    return draft.picture


def make_marked_pdf(width: float, height: float, rotation: int = 0) -> bytes:
    """Make a page with a red square in its upper left corner, before it is turned."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(width, height)
    mark = pdfium.FPDFPageObj_CreateNewRect(0, height * 3 / 4, width / 4, height / 4)
    pdfium.FPDFPageObj_SetFillColor(mark, *RED, 255)
    pdfium.FPDFPath_SetDrawMode(mark, pdfium.FPDF_FILLMODE_WINDING, False)
    pdfium.FPDFPage_InsertObject(page, mark)
    page.set_rotation(rotation)
    page.gen_content()
    target = io.BytesIO()
    document.save(target)
    document.close()
    return target.getvalue()


def write_pdf(*objects: str, trailer: str = "") -> bytes:
    """Write a PDF by hand: its objects, of which the first is the catalogue."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (595, 842, (453, 640)),
        (842, 595, (640, 453)),
        (612, 792, (495, 640)),
        (10, 10, (640, 640)),
        (14_400, 10, (640, 1)),
        (3, 14_400, (1, 640)),
    ],
)
def test_the_first_page_fills_the_edge(
    tmp_path: Path, width: int, height: int, size: tuple[int, int]
) -> None:
    found = draft(tmp_path, make_marked_pdf(width, height))
    assert show(found).mode == "RGB"
    assert show(found).size == size
    assert (found.facts.width, found.facts.height) == (None, None)


@pytest.mark.parametrize("edge", [320, 640, 1280, 2048])
def test_it_is_drawn_anew_for_every_size(tmp_path: Path, edge: int) -> None:
    found = draft(tmp_path, make_marked_pdf(595.28, 841.89), edge)
    assert max(show(found).size) == edge
    assert found.is_complete == (edge == 2048)


@pytest.mark.parametrize(("rotation", "mark"), [(0, (1, 1)), (90, (-1, 1)), (180, (-1, -1)), (270, (1, -1))])
def test_a_page_stands_as_a_reader_shows_it(tmp_path: Path, rotation: int, mark: tuple[int, int]) -> None:
    picture = show(draft(tmp_path, make_marked_pdf(200, 300, rotation)))
    width, height = picture.size
    assert (width > height) == (rotation in (90, 270))
    for x in (1, -1):
        for y in (1, -1):
            place = (20 if x == 1 else width - 20, 20 if y == 1 else height - 20)
            assert picture.getpixel(place) == (RED if (x, y) == mark else WHITE)


def test_pages_are_counted(tmp_path: Path) -> None:
    assert draft(tmp_path, make_pdf(3)).facts.page_count == 3


def test_the_title_is_read(tmp_path: Path) -> None:
    data = write_pdf(CATALOGUE, PAGES, PAGE, "<< /Title (A  letter) >>", trailer="/Info 4 0 R")
    assert draft(tmp_path, data).facts.title == "A letter"
    assert draft(tmp_path, make_pdf()).facts.title is None


def test_a_password_is_told(tmp_path: Path) -> None:
    lock = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>".format("41" * 32)
    data = write_pdf(CATALOGUE, PAGES, PAGE, lock, trailer="/Encrypt 4 0 R /ID [<00><00>]")
    with pytest.raises(PreviewFailed, match=r"^The PDF is protected by a password\.$"):
        draft(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n", b"nonsense " * 99, make_png(), make_marked_pdf(200, 300)[:100]],
    ids=["empty", "a header", "nonsense", "a picture", "truncated"],
)
def test_what_is_no_pdf_fails_with_a_reason(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PreviewFailed, match=r"^The PDF can't be read: the file is damaged or incomplete\.$"):
        draft(tmp_path, data)


def test_a_pdf_without_pages_fails(tmp_path: Path) -> None:
    data = write_pdf(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>")
    with pytest.raises(PreviewFailed):
        draft(tmp_path, data)


@pytest.mark.parametrize(
    "objects",
    [
        (CATALOGUE, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        (CATALOGUE, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        (CATALOGUE, "<< /Type /Pages /Kids [3 0 R] /Count 900000000 >>", "3 0 R"),
    ],
    ids=["its own child", "its own grandchild", "itself"],
)
def test_a_tree_of_pages_that_never_ends_ends(tmp_path: Path, objects: tuple[str, ...]) -> None:
    with pytest.raises(PreviewFailed):
        draft(tmp_path, write_pdf(*objects))


def test_content_that_draws_itself_ends(tmp_path: Path) -> None:
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
        " /Resources << /XObject << /A 5 0 R >> >> >>"
    )
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 5"
        " /Resources << /XObject << /A 5 0 R >> >> >>\nstream\n/A Do\nendstream"
    )
    data = write_pdf(CATALOGUE, PAGES, page, "<< /Length 5 >>\nstream\n/A Do\nendstream", form)
    assert show(draft(tmp_path, data)).size == (640, 640)
