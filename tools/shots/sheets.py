"""Lay all pictures of a scene out on one sheet, to look at quickly."""

from pathlib import Path

from PIL import Image

GAP_PX = 16
GROUND = (120, 124, 130)
#: How much smaller the pictures are on a sheet.
SHARE = 0.6


def lay_out(pictures: dict[tuple[int, str], Path], path: Path) -> None:
    """Write a sheet: a row for each scheme, the widths side by side."""
    rows = [
        [_read_small(picture) for (_, scheme), picture in pictures.items() if scheme == wanted]
        for wanted in dict.fromkeys(scheme for _, scheme in pictures)
    ]
    width = max(sum(picture.width + GAP_PX for picture in row) for row in rows) + GAP_PX
    heights = [max(picture.height for picture in row) for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) + GAP_PX * (len(rows) + 1)), GROUND)
    top = GAP_PX
    for row, height in zip(rows, heights, strict=True):
        left = GAP_PX
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + GAP_PX
        top += height + GAP_PX
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _read_small(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB").resize(
            (round(opened.width * SHARE), round(opened.height * SHARE)), Image.Resampling.LANCZOS
        )
