"""Pin what `pyproject.toml` asks for, with hashes, for every supported Python and platform."""

import subprocess
import sys
from pathlib import Path

UV = str(Path(sys.executable).with_name("uv"))
COMMAND = [
    *(UV, "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "pyproject.toml"),
]

subprocess.run([*COMMAND, "--group", "build", "--output-file", "requirements/main.txt"], check=True)
subprocess.run(
    [
        *COMMAND,
        "--group",
        "dev",
        "--constraint",
        "requirements/main.txt",
        "--output-file",
        "requirements/dev.txt",
    ],
    check=True,
)
