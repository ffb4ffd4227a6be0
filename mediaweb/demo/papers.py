"""Documents: a trip plan, a recipe, a list to pack by, a trail map, a programme, and plain text."""

import math

import numpy as np

from mediaweb.demo.canvas import Random, line_noise, mix
from mediaweb.demo.pdf import Page, write_pdf

_DAYS = (
    ("Day 1", "Arrive by train", "Leave the bags at the guest house, walk down to the harbour before dark."),
    ("Day 2", "Old town", "Market hall in the morning, the tile museum when it rains, the tower at sunset."),
    (
        "Day 3",
        "Coast path",
        "Bus 14 to the lighthouse, then eleven kilometres back along the cliffs. Take water.",
    ),
    ("Day 4", "Islands", "First ferry at 8:40. Swim in the east bay; the west one has the stronger current."),
    (
        "Day 5",
        "Nothing at all",
        "Books, coffee, the long beach. Dinner on the square, a table for four at eight.",
    ),
    ("Day 6", "Hills", "Rent bicycles. The vineyard opens at eleven; the chapel has the better view."),
    ("Day 7", "Home", "The train leaves at 10:12. Buy bread and cheese for the journey."),
)
_RECIPE = (
    ("500 g", "strong flour"), ("350 g", "water, lukewarm"), ("100 g", "rye sourdough"), ("10 g", "salt"),
    ("2 tbsp", "olive oil"), ("1 handful", "walnuts"),
)  # fmt: skip
_STEPS = (
    "Mix flour and water, cover the bowl and let it rest for forty minutes.",
    "Add sourdough and salt and knead until the dough lets go of the bowl. Fold in the oil and the walnuts.",
    "Stretch and fold every half an hour, four times. Then leave it alone until it has grown by half.",
    "Shape a loaf and put it into the refrigerator overnight.",
    "Bake in a hot pot at 250 °C: twenty-five minutes with the lid, twenty without.",
    "Wait an hour before cutting. This is the hard part.",
)
_PACKING = {
    "Clothes": ("Rain jacket", "Warm layer", "Hiking boots", "Three shirts", "Swimwear", "Hat"),
    "Kit": ("Tent and pegs", "Sleeping bag", "Stove and gas", "Head torch", "Pocket knife", "Compass"),
    "Kitchen": ("Pot and mugs", "Spoons", "Coffee", "Oats", "Pasta", "Something sweet"),
    "Small things": ("First aid", "Sunscreen", "Toothbrush", "Power bank", "Notebook", "Deck of cards"),
}  # fmt: skip


def trip_plan(_: Random) -> bytes:
    """A week by the sea, on two pages."""
    cover, plan = Page(ground="#f6ead7"), Page()
    cover.box(0, 330, 595, 512, "#1f5f7a")
    for wave in range(6):
        top = 330 + wave * 70
        crest = [(x, top + 16 * math.sin(x / 62 + wave * 1.3)) for x in range(0, 605, 8)]
        cover.area([*crest, (595, 842), (0, 842)], mix("#7fc4c4", "#123a52", wave / 5))
    sun = [(430 + 74 * math.cos(t / 30 * math.pi), 210 + 74 * math.sin(t / 30 * math.pi)) for t in range(60)]
    cover.area(sun, "#e8663c")
    cover.text(56, 130, "A week", 58, "bold", "#16384a")
    cover.text(56, 190, "by the sea", 58, "bold", "#16384a")
    cover.text(58, 226, "Plan, places and times", 15, "serif", "#5a6a70")
    plan.text(56, 88, "Day by day", 26, "bold", "#16384a")
    y = 136.0
    for day, title, words in _DAYS:
        plan.box(56, y - 12, 3, 58, "#e8663c")
        plan.text(72, y, day, 10, "bold", "#e8663c")
        plan.text(128, y, title, 13, "bold", "#16384a")
        plan.paragraph(128, y + 20, 390, words, 11.5)
        y += 92
    return write_pdf([cover, plan], "A week by the sea")


def recipe(_: Random) -> bytes:
    """How to bake a loaf."""
    page = Page(ground="#fdf8ee")
    page.box(0, 0, 595, 178, "#b5532f")
    page.text(56, 92, "Walnut sourdough", 40, "bold", "#fff4e2")
    page.text(58, 124, "One large loaf  ·  an evening and a morning", 14, "italic", "#f6d9bd")
    page.text(56, 228, "You need", 15, "bold", "#b5532f")
    for row, (amount, what) in enumerate(_RECIPE):
        page.text(56, 256 + row * 24, amount, 11, "bold")
        page.text(122, 256 + row * 24, what, 12, "serif")
        page.path([(56, 263 + row * 24), (236, 263 + row * 24)], "#e8d6bf", 0.6)
    page.text(274, 228, "You do", 15, "bold", "#b5532f")
    y = 256.0
    for number, step in enumerate(_STEPS, 1):
        page.text(274, y, str(number), 18, "bold", "#e0a56b")
        y = page.paragraph(298, y, 240, step, 12.5) + 14
    page.box(56, 470, 180, 120, "#f3e3cb")
    page.text(70, 498, "Good to know", 12, "bold", "#6b4a2a")
    page.paragraph(
        70, 520, 158, "In a warm kitchen everything takes an hour less. Trust the dough, not the clock.", 11.5
    )
    return write_pdf([page], "Walnut sourdough")


def packing_list(_: Random) -> bytes:
    """What to take along into the hills."""
    page = Page(ground="#fbfcf8")
    page.text(56, 100, "Three days in the hills", 32, "bold", "#2f6f62")
    page.text(57, 126, "Tick what is in the bag, not what is on the bed.", 13, "italic", "#6a7a70")
    for group, (title, things) in enumerate(_PACKING.items()):
        x, top = 56 + (group % 2) * 250, 186 + (group // 2) * 290
        page.box(x, top - 4, 226, 30, "#2f6f62")
        page.text(x + 12, top + 16, title, 13, "bold", "#ffffff")
        for row, thing in enumerate(things):
            y = top + 46 + row * 34
            page.outline(x + 4, y, 15, 15, "#2f6f62", 1.2)
            if (group + row * 2) % 5 == 0:
                page.path([(x + 7, y + 8), (x + 11, y + 12), (x + 20, y - 2)], "#f2793a", 2)
            page.text(x + 32, y + 12, thing, 13, "serif")
            page.path([(x + 4, y + 25), (x + 226, y + 25)], "#dfe6dc", 0.6)
    return write_pdf([page], "Three days in the hills")


def trail_map(rng: Random) -> bytes:
    """A map of a round walk, wider than high."""
    page = Page((842, 595), "#eef1e2")
    for level in range(11):
        bend = line_noise(rng, 120, 5, 3)
        ring = []
        for step in range(121):
            turn = step / 120 * 2 * math.pi
            reach = (1 - level / 12) * (1 + 0.16 * float(bend[step % 120]) * math.sin(turn / 2))
            ring.append((450 + 400 * reach * math.cos(turn), 280 + 270 * reach * math.sin(turn)))
        page.area(ring, mix("#dfe8c8", "#c9a97c", level / 11))
        page.path(ring, mix("#b7b58a", "#8a6a48", level / 11), 1.4 if level % 4 == 0 else 0.6)
    river = [(float(x), 470 + 40 * math.sin(x / 90) + x * 0.04) for x in range(0, 850, 10)]
    page.path(river, "#8fc1d0", 12)
    trail = []
    for step in range(101):
        turn = step / 100 * 2 * math.pi
        reach = 150 + 34 * math.sin(3 * turn) + 14 * math.cos(7 * turn)
        trail.append((455 + reach * 1.35 * math.cos(turn), 290 + reach * math.sin(turn)))
    page.path(trail, "#c8402f", 3, "9 6")
    for place, name in (
        (8, "Spring"),
        (30, "Stone bridge"),
        (52, "Shelter"),
        (74, "Look-out"),
        (93, "Meadow"),
    ):
        x, y = trail[place]
        dot = [(x + 6 * math.cos(t), y + 6 * math.sin(t)) for t in np.linspace(0, 6.28, 18).tolist()]
        page.area(dot, "#c8402f")
        page.text(x + 11, y + 4, name, 12, "bold", "#3b2a1c")
    page.box(30, 30, 236, 96, "#fffdf6")
    page.outline(30, 30, 236, 96, "#8a6a48")
    page.text(46, 64, "Round the summit", 20, "bold", "#3b2a1c")
    page.text(46, 86, "12.4 km  ·  640 m up  ·  5 hours", 11, "sans", "#6a5a48")
    page.path([(46, 106), (96, 106)], "#c8402f", 3, "9 6")
    page.text(106, 110, "marked path", 10, "italic", "#6a5a48")
    return write_pdf([page], "Round the summit")


def programme(_: Random) -> bytes:
    """The programme of a summer's concerts, a narrow leaf."""
    page = Page((420, 842), "#2b2250")
    for ring in range(9):
        reach = 190 - ring * 21
        arch = [
            (210 + reach * math.cos(t), 300 - reach * math.sin(t))
            for t in np.linspace(0, math.pi, 40).tolist()
        ]
        page.area([*arch, (210 - reach, 300)], ("#ff7d6b", "#ffc94d", "#7a4bd0")[ring % 3])
    page.box(0, 300, 420, 4, "#fff1e8")
    page.text(40, 372, "Music", 46, "bold", "#fff1e8")
    page.text(40, 418, "in the park", 46, "bold", "#ffc94d")
    evenings = (
        ("June 6", "Strings at dusk"),
        ("June 20", "Songs without words"),
        ("July 4", "Brass and swing"),
        ("July 18", "Piano for four hands"),
        ("August 1", "The big choir"),
        ("August 15", "Drums and dance"),
    )
    for row, (day, title) in enumerate(evenings):
        y = 482 + row * 46
        page.text(40, y, day, 13, "bold", "#ff9d8a")
        page.text(140, y, title, 16, "serif", "#fff1e8")
        page.path([(40, y + 16), (380, y + 16)], "#4a3f7a", 0.8)
    page.text(
        40, 790, "Always on Saturdays at eight, free of charge. Bring a blanket.", 11, "italic", "#c9bfe8"
    )
    return write_pdf([page], "Music in the park")


def reading_list(_: Random) -> bytes:
    """A list in Markdown."""
    return (
        "# Winter reading\n\nFrom the library’s new shelf; the ones with a star first.\n\n"
        "- [x] ★ A history of maps, with the fold-out plates\n- [x] The lighthouse stories\n"
        "- [ ] ★ How mountains grow\n- [ ] Twelve soups\n- [ ] The night sky, month by month\n\n"
        "> Return by the end of the month, renew twice.\n"
    ).encode()


def notes(_: Random) -> bytes:
    """Notes as plain text."""
    return (
        b"Garden, spring\n\n"
        b"Sow peas as soon as the soil is warm, two rows along the fence.\n"
        b"Move the rhubarb; it wants more sun.\n"
        b"Mulch the strawberries with straw before the first fruit.\n"
        b"The old pear tree: cut the crossing branches only.\n\n"
        b"Ask next door for dahlia tubers, offer tomatoes.\n"
    )


def rainfall(rng: Random) -> bytes:
    """A table of what the rain gauge said."""
    rows = [f"{month:02d},{40 + 30 * rng.random():.1f},{int(6 + 9 * rng.random())}" for month in range(1, 13)]
    return "\n".join(["month,rain_mm,days_with_rain", *rows, ""]).encode()
