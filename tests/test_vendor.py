"""The browser libraries in the repository are the pinned ones, whole and with their licences."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "static" / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "pins.json").read_text())["packages"]

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])


def vendored_path(package: dict[str, Any], file: dict[str, str]) -> Path:
    folder: str = package["folder"]
    return ROOT / folder / Path(file["source"]).name


@each_package
def test_every_file_is_the_pinned_one(package: dict[str, Any]) -> None:
    for file in package["files"]:
        content = vendored_path(package, file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["source"]


@each_package
def test_every_package_has_its_licence_beside_it(package: dict[str, Any]) -> None:
    assert package["licence"]
    assert (ROOT / package["folder"] / "LICENSE").stat().st_size > 0


@each_package
def test_every_package_names_an_exact_version_and_its_hash(package: dict[str, Any]) -> None:
    assert all(part.isdigit() for part in package["version"].split("."))
    assert package["integrity"].startswith("sha512-")


def test_no_unpinned_file_is_there() -> None:
    pinned = {vendored_path(package, file) for package in PACKAGES for file in package["files"]}
    folders = {VENDOR, *(ROOT / package["folder"] for package in PACKAGES)}
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert found - pinned == {VENDOR / "pins.json"}


def test_no_vendored_file_asks_for_a_source_map() -> None:
    for package in PACKAGES:
        for file in package["files"]:
            assert b"sourceMappingURL=" not in vendored_path(package, file).read_bytes()[-300:]
