"""Light and land at different hours: the palettes of all that looks like a photograph."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """The colours of one hour. `sky` runs from the zenith down to the horizon."""

    sky: tuple[str, ...]
    sun: str
    haze: str
    land: tuple[str, str, str]  # meadow, rock, summit
    shadow: str
    cloud: str = "#ffffff"
    sun_at: tuple[float, float] = (0.7, 0.3)  # parts of the width and of the height above the horizon
    light: float = 0.9


DAWN = Mood(
    ("#3d5a8a", "#8c8fb8", "#e8b0a4", "#ffd9b0"), "#ffe3b8", "#e7b6a6",
    ("#4a5b52", "#6b5d6b", "#f3cdbf"), "#2b3048", "#ffd2c0", (0.68, 0.12), 1.0,
)  # fmt: skip
DAY = Mood(
    ("#2f74b8", "#5f9fd4", "#a5cce6", "#dcebf2"), "#ffffff", "#b9d3e4",
    ("#5f8a45", "#7c7f7b", "#f7fafc"), "#24405a", "#ffffff", (0.2, 1.4), 1.0,
)  # fmt: skip
GOLDEN = Mood(
    ("#5c7fa3", "#a9b3b0", "#f0c987", "#ffdf9e"), "#fff0c4", "#f0c992",
    ("#8a8440", "#9a6f4a", "#ffe2b0"), "#4a3528", "#ffe6b8", (0.3, 0.16), 1.1,
)  # fmt: skip
DUSK = Mood(
    ("#1d2350", "#4b3a78", "#b4557a", "#f58d5c", "#ffc078"), "#ffd08a", "#a05a80",
    ("#2c2b4a", "#4a3558", "#d98a86"), "#171530", "#f27f70", (0.5, 0.05), 0.8,
)  # fmt: skip
NIGHT = Mood(
    ("#050a1c", "#0c1836", "#1a3158", "#2f5078"), "#f2f4e6", "#2a4768",
    ("#0f1c2c", "#1a2c44", "#6c88a8"), "#04070f", "#3a567c", (0.7, 0.62), 0.6,
)  # fmt: skip
STORM = Mood(
    ("#39434f", "#5d6a76", "#8d989f", "#c9cdc8"), "#e6e6dc", "#9ba6ab",
    ("#4d5b48", "#565c60", "#c9d0d3"), "#1e262c", "#b9c2c7", (0.6, 1.2), 0.6,
)  # fmt: skip
WINTER = Mood(
    ("#6f9cc9", "#a5c4de", "#d5e2ec", "#f3efe9"), "#fff6e4", "#d3dfea",
    ("#dfe8f0", "#8fa0b3", "#ffffff"), "#5f7fa8", "#ffffff", (0.75, 0.3), 1.0,
)  # fmt: skip
DESERT = Mood(
    ("#2a6ea6", "#6aa3c4", "#c6d2c4", "#f4dcb4"), "#fff2d0", "#e6c39a",
    ("#d9914f", "#b8623a", "#f0b878"), "#6b2f24", "#fff3df", (0.22, 1.2), 1.1,
)  # fmt: skip
AUTUMN = Mood(
    ("#7c98ae", "#b4c0c0", "#e6d6b4", "#f6e3bd"), "#fff0cc", "#d9c6a4",
    ("#b5712c", "#8a5a36", "#e8d0a8"), "#43301f", "#fff4e0", (0.35, 0.3), 1.0,
)  # fmt: skip
MIST = Mood(
    ("#9fb3b5", "#bccaca", "#d8dfdb", "#ebece4"), "#ffffff", "#d2dcd8",
    ("#4f6b5c", "#5e7069", "#c8d3cc"), "#1f3530", "#ffffff", (0.5, 0.35), 0.6,
)  # fmt: skip
ROSE = Mood(
    ("#5b6cb0", "#a58cc4", "#eba9c0", "#ffd7cc"), "#fff0e2", "#dfa9c2",
    ("#66608c", "#85668f", "#ffdfe2"), "#343062", "#ffd9dc", (0.38, 0.14), 0.9,
)  # fmt: skip
TROPIC = Mood(
    ("#0f6fb0", "#3aa0cf", "#8fd3df", "#e0f4ea"), "#ffffff", "#a9dbe0",
    ("#3f8f5a", "#6f8a64", "#cfe6b4"), "#0f4058", "#ffffff", (0.8, 1.4), 1.0,
)  # fmt: skip
