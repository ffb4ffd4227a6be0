"""Make a virtual environment and install hash-pinned requirements and this checkout into it.

Runs on a bare Python of any version, to say plainly what is missing.
"""

import subprocess
import sys

MINIMUM = (3, 11)


def main():
    folder, requirements = sys.argv[1:]
    if sys.version_info < MINIMUM:
        found = "%d.%d" % sys.version_info[:2]
        sys.exit("Python 3.11 or newer is needed; python3 is %s here. Try: make PYTHON=python3.12" % found)
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit("Python's venv module is missing here. On Debian and Ubuntu: apt install python3-venv")
    pip = [folder + "/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run([sys.executable, "-m", "venv", folder])
    run([*pip, "install", "--require-hashes", "--requirement", requirements])
    run([*pip, "install", "--no-deps", "--no-build-isolation", "--editable", "."])


def run(command):
    result = subprocess.run(command, check=False)
    if result.returncode:
        sys.exit("This step failed: %s" % " ".join(command))


if __name__ == "__main__":
    main()
