"""Fetch the browser libraries that `static/vendor/pins.json` pins, and write the files we serve.

    python tools/vendor.py         fetch, check against the pins, write
    python tools/vendor.py pin     the same after a version was changed in the pins: record its checksums

`npm pack` fetches each package, so the registry is whichever npm is set up for. Nothing of it is recorded.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PINS = ROOT / "static" / "vendor" / "pins.json"
#: Source maps are not served; a browser's developer tools would ask for them in vain.
SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=[^\n]*|/\*[#@] sourceMappingURL=.*?\*/)\s*\Z")


def main(arguments: list[str]) -> None:
    """Vendor every pinned package; with `pin`, write down what was found instead of checking it."""
    is_pinning = arguments == ["pin"]
    if arguments and not is_pinning:
        sys.exit(__doc__)
    pins = json.loads(PINS.read_text())
    for package in pins["packages"]:
        vendor_package(package, is_pinning)
    if is_pinning:
        PINS.write_text(json.dumps(pins, indent=2, ensure_ascii=False) + "\n")


def vendor_package(package: dict[str, Any], is_pinning: bool) -> None:
    """Fetch one package and write its files. Exits when anything differs from the pins."""
    archive = fetch_archive(f"{package['name']}@{package['version']}")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    agree(package, "integrity", integrity, is_pinning)
    contents = read_archive(archive)
    folder = ROOT / package["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    for file in package["files"]:
        content = SOURCE_MAP.sub(b"\n", contents["package/" + file["source"]])
        agree(file, "sha256", hashlib.sha256(content).hexdigest(), is_pinning)
        (folder / Path(file["source"]).name).write_bytes(content)


def fetch_archive(spec: str) -> bytes:
    """Return a package's tarball."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, spec]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        except FileNotFoundError:
            sys.exit("npm is needed to fetch the browser libraries.")
        except subprocess.CalledProcessError:
            sys.exit(f"npm could not fetch {spec}.")
        return next(Path(folder).glob("*.tgz")).read_bytes()


def read_archive(archive: bytes) -> dict[str, bytes]:
    """Return the content of every file of a tarball by its path; nothing is unpacked to disk."""
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as tar:
            members = [member for member in tar.getmembers() if member.isfile()]
            return {member.name: tar.extractfile(member).read() for member in members}  # type: ignore[union-attr]


def agree(pin: dict[str, Any], name: str, found: str, is_pinning: bool) -> None:
    """Check a value against its pin, or record it."""
    if is_pinning:
        pin[name] = found
    elif pin.get(name) != found:
        what = pin.get("name") or pin.get("source")
        sys.exit(f"{what}: {name} is {found}, but {pin.get(name)} is pinned. Nothing more was written.")


if __name__ == "__main__":
    main(sys.argv[1:])
