"""Photograph every page and state, at three widths, light and dark, and lay each out on one sheet.

    python -m tools.screenshots                        everything, into instance/screenshots
    python -m tools.screenshots viewer trash           only scenes with these words in their names
    python -m tools.screenshots --library /tmp/shown   keep the filled library, and use it next time
    python -m tools.screenshots docs                   the pictures of the README, into docs/screenshots

It fails where a scene could not be set, where axe-core finds anything, where the console complains, the focus
is lost or a request goes elsewhere.

It serves libraries of its own, filled with the demo and with what is hard to show. Needs Debian's Chromium.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.conftest import OPTIONS
from tools.shots import documentation
from tools.shots.camera import Camera
from tools.shots.library import serve_libraries
from tools.shots.scenes import SCENES, find_scenes
from tools.shots.sheets import lay_out

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Take the pictures that are asked for; exits with 1 if something is wrong with a scene."""
    options = read_arguments()
    for name in OPTIONS:
        os.environ.pop(name, None)  # the developer's own library is left alone
    into = options.into.resolve()
    is_for_docs = options.words == ["docs"]
    with tempfile.TemporaryDirectory() as folder:
        kept = options.library.resolve() if options.library else Path(folder)
        os.chdir(folder)
        with serve_libraries(kept, is_hard=not is_for_docs) as libraries, Camera(libraries) as camera:
            if is_for_docs:
                documentation.take(camera, ROOT / "docs" / "screenshots")
                return
            names = [scene.name for scene in find_scenes(options.words)]
            failures = [name for name in names if not take(camera, name, into)]
    if failures:
        sys.exit(f"Something is wrong with: {', '.join(failures)}")


def take(camera: Camera, name: str, into: Path) -> bool:
    """Take all pictures of a scene and lay them out; tell whether all is well with it."""
    pictures, problems = camera.take(SCENES[name], into)
    if pictures:
        lay_out(pictures, into / "sheets" / f"{name}.png")
    sys.stderr.write("\n    ".join([f"{name}: {len(pictures)} pictures", *problems]) + "\n")
    return not problems


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", help="`docs`, or words in the names of scenes")
    parser.add_argument("--into", type=Path, default=ROOT / "instance" / "screenshots")
    parser.add_argument("--library", type=Path, help="keep the filled libraries there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
