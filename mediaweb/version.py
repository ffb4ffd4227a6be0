"""The version of the package, as in `pyproject.toml`."""

from importlib.metadata import version

VERSION = version("mediaweb")
