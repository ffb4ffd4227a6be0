"""First pages and facts of PDFs."""

from math import isfinite
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.sizes import SIZES

DAMAGED = "The PDF can't be read: the file is damaged or incomplete."
PROTECTED = "The PDF is protected by a password."


def draft_pdf(path: Path, edge: int) -> Draft:
    """Draw the first page of a PDF on white, with its long edge `edge`, and tell its facts.

    Nothing in it runs: forms and scripts are not even loaded.

    Raises:
        PreviewFailed: It isn't a PDF, is damaged, or asks for a password.
    """
    try:
        with pypdfium2.PdfDocument(path) as document:
            page_count = len(document)
            if page_count < 1:
                raise PreviewFailed("The PDF has no pages.")
            facts = Facts(page_count=page_count, title=document.get_metadata_value("Title"))
            return Draft(facts, _draw_page(document[0], edge), is_complete=edge >= SIZES[-1])
    except pypdfium2.PdfiumError as error:
        is_protected = error.err_code == pdfium.FPDF_ERR_PASSWORD
        raise PreviewFailed(PROTECTED if is_protected else DAMAGED) from error


def _draw_page(page: pypdfium2.PdfPage, edge: int) -> Image.Image:
    longest = max(page.get_size())
    if not isfinite(longest) or longest <= 0:
        raise PreviewFailed("The first page of the PDF has no size.")
    # pdfium rounds up: a hair less, lest the long edge is one pixel too long.
    bitmap = page.render(scale=edge / longest * (1 - 1e-6), rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil().copy()
    return picture
