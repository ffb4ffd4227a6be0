"""Named sets of colours for flowers, leaves, maps and planets."""

PINK, MEADOW = ("#c2185b", "#f8a5c2"), ("#7fa650", "#35582f")
SUN, SKY = ("#f2a007", "#ffd84d"), ("#6fa0c8", "#3f6f9a")
WHITE, DEEP_GREEN = ("#dcd6ee", "#ffffff"), ("#4a7a5a", "#1f4030")
VIOLET, DAWN = ("#4a2a8c", "#b79ae8"), ("#c9a0a8", "#5f4a68")
CORAL, SEA = ("#d8402f", "#ffa98a"), ("#5aa09a", "#1f4f55")
BLUE, SAND = ("#1f4e9c", "#8fc0f0"), ("#d8c49a", "#8f7a4f")

FERN = ("#2f6b4f", "#5a8f5a", "#8fb37a", "#1f4a40")
RUST = ("#2f7a6a", "#5aa08a", "#e0b070", "#d9734e")
BLOSSOM = ("#e8a0a8", "#c9607a", "#7a9a6a", "#4f7a5f")

PAPER_MAP = ("#cfe3d4", "#e8e6c4", "#e6c79a", "#c99a78", "#f4ece4")
DEEP_MAP = ("#0f2c4a", "#1f5f86", "#57a9b8", "#cde8dc")
NIGHT_MAP = ("#1d1b3a", "#4a2f6b", "#a8456f", "#f2a65a")

AMBER_PLANET = ("#3a1f1a", "#a8623a", "#e0b27a", "#f3e3c4")
BLUE_PLANET = ("#0d3b66", "#2b7fb0", "#8fd0e0", "#f4f9fa")
ROSE_PLANET = ("#3a1a3f", "#8a3f78", "#e08a9a", "#ffdcd0")

STREET = ("#ffb45a", "#ff6f61", "#ffd98a", "#6fb7ff")
HARBOUR = ("#6fd0ff", "#8affd8", "#ffffff", "#ffcf7a")
LAGOON = ("#2f6fb0", "#3fb0a8", "#8a5fc0", "#f08a9a")
EMBER = ("#f29b4c", "#e0503f", "#f2c84c", "#c23f7a")
MOSS = ("#6f9a4f", "#3f7a6a", "#c9b45a", "#8fb8a0")
GREEN_LIGHT, ROSE_LIGHT = ("#4dffa8", "#7a5cff"), ("#7affc8", "#ff5ca8")
INDIGO_SWIRL = ("#14213d", "#27406b", "#4f7cac", "#c0d6df", "#f4efe6")
PEACH_SWIRL = ("#7a3b4b", "#c96a5f", "#f0a884", "#f9dcc4", "#fff6ec")
