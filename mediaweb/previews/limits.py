"""How much one file may cost."""

#: Pixels that are ever held decoded, at once; JPEGs may be larger, since they can be decoded scaled down.
MAX_PIXELS = 120_000_000
#: Pixels of anything, before scaling.
MAX_DECLARED_PIXELS = 1_000_000_000
#: Times that a JPEG may go over its pixels: progressive ones do about ten times.
MAX_SCANS = 100
#: Pixels of one frame of a video, of which a decoder holds up to seventeen: 8K has 33 million.
MAX_FRAME_PIXELS = 40_000_000
#: Bytes of a file that has to be read whole: SVG, text.
MAX_TEXT_BYTES = 10_000_000

#: Of the process that decodes one file: bytes of memory it may allocate, seconds of CPU, seconds in all.
MAX_MEMORY_BYTES = 1024**3
MAX_CPU_SECONDS = 60
MAX_WALL_SECONDS = 120
#: Seconds of CPU for what is drawn by instructions, of which a few bytes can ask for any amount of work.
MAX_DRAWING_SECONDS = 15
#: Blurs, shadows and the like in one SVG.
MAX_FILTER_STEPS = 200
#: Bytes of the largest file it may write.
MAX_OUTPUT_BYTES = 32 * 1024**2
#: Files that it may have open; each can hold memory that is not its own.
MAX_OPEN_FILES = 256
