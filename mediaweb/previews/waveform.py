"""A waveform: what is shown of a recording that has no cover."""

from PIL import Image, ImageDraw

WIDTH_PX = 1280
HEIGHT_PX = 480
BARS = 128
#: oklch(65% 0.14 255): the accent, halfway between its light and its dark form, stands out on either page.
COLOUR = (79, 145, 226, 255)
#: Parts of the room that a bar has, and of the height.
BAR_WIDTH = 0.6
MAX_HEIGHT = 0.86
MIN_HEIGHT = 0.0125
#: What is quieter at its loudest is drawn as silence, of 32,768.
MIN_LOUDNESS = 64
#: Drawn so much larger and scaled down, since Pillow draws without smoothing.
OVERSAMPLING = 2


def draw_waveform(loudness: list[int], edge: int) -> Image.Image:
    """Draw how loud a recording is along its length, on a transparent ground, at most `edge` wide."""
    width = min(WIDTH_PX, edge)
    size = (width, max(1, round(width * HEIGHT_PX / WIDTH_PX)))
    mask = Image.new("L", (WIDTH_PX * OVERSAMPLING, HEIGHT_PX * OVERSAMPLING))
    draw = ImageDraw.Draw(mask)
    room = mask.width / BARS
    for index, height in enumerate(_measure_bars(loudness)):
        left = room * (index + (1 - BAR_WIDTH) / 2)
        top = mask.height * (1 - height) / 2
        box = (left, top, left + room * BAR_WIDTH, mask.height - top)
        draw.rounded_rectangle(box, radius=room * BAR_WIDTH / 2, fill=255)
    picture = Image.new("RGBA", size, COLOUR)
    picture.putalpha(mask.resize(size, Image.Resampling.BOX))
    return picture


def _measure_bars(loudness: list[int]) -> list[float]:
    """Spread the peaks over the bars, and scale them so that the loudest is the highest."""
    count = len(loudness)
    bars = []
    for index in range(BARS):
        begin = index * count // BARS
        part = loudness[begin : max(begin + 1, (index + 1) * count // BARS)]
        # The mean of many peaks: the highest alone makes every bar of a song as high as the next.
        bars.append(sum(part) / len(part))
    highest = max(MIN_LOUDNESS, *bars)
    return [max(MIN_HEIGHT, MAX_HEIGHT * bar / highest) for bar in bars]
