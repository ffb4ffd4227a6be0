"""`mediaweb serve` as a person sees it: what it prints, what it warns of, how it refuses."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from mediaweb.version import VERSION
from tests.servers import clean_environment, find_free_port, serving


def run(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mediaweb", *arguments],
        cwd=folder,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_serving_every_interface_with_write_access_is_announced_with_a_warning(tmp_path: Path) -> None:
    port = find_free_port()
    with serving(tmp_path, port, "--host", "0.0.0.0", ANONYMOUS_ACCESS="write") as output:
        printed = output.read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/media/", timeout=60) as answer:
            assert json.load(answer) == []
    lines = printed.splitlines()
    assert lines[0] == f"mediaweb {VERSION} on http://0.0.0.0:{port}"
    assert f"  files      {tmp_path}/instance/media" in lines
    assert f"  database   {tmp_path}/instance/mediaweb.sqlite3" in lines
    assert "  anonymous  may see public media, upload, edit and delete" in lines
    (warning,) = (line for line in lines if "Warning" in line)
    assert f"everyone who can reach 0.0.0.0:{port} may upload, edit and delete without" in warning
    assert "ANONYMOUS_ACCESS=read" in warning


def test_serving_this_machine_alone_needs_no_warning(tmp_path: Path) -> None:
    port = find_free_port()
    with serving(tmp_path, port, ANONYMOUS_ACCESS="write") as output:
        printed = output.read_text()
    assert printed.startswith(f"mediaweb {VERSION} on http://127.0.0.1:{port}\n")
    assert "Warning" not in printed
    assert "Traceback" not in output.read_text()


@pytest.mark.parametrize("command", ["serve", "import .", "db upgrade"])
def test_bad_settings_are_listed_and_nothing_starts(tmp_path: Path, command: str) -> None:
    done = run(*command.split(), folder=tmp_path, PORT="0", USE_S3="perhaps", SECRET_KEY="hunter2")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "PORT=0",
        "SECRET_KEY",
        "USE_S3=perhaps",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"USE_S3": "True", "AWS_EC2_METADATA_DISABLED": "true", "S3_ENDPOINT_URL": "http://127.0.0.1:9"},
            r"USE_S3=True needs credentials\. .*",
        ),
        ({"DATABASE_URL": "postgresql://bob:hunter2@127.0.0.1:1/x"}, r"The database can't be used .*"),
        ({"MEDIA_FOLDER": "/proc/nowhere"}, r"MEDIA_FOLDER=/proc/nowhere can't be written to .*"),
        ({"INSTANCE_PATH": "/proc/nowhere"}, r"INSTANCE_PATH=/proc/nowhere can't be written to .*"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_stops_the_start_is_told_in_one_line(
    tmp_path: Path, settings: dict[str, str], message: str
) -> None:
    done = run("serve", folder=tmp_path, **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(message, done.stderr.strip())
    assert "hunter2" not in done.stderr


def test_a_taken_port_is_told_and_the_command_ends(tmp_path: Path) -> None:
    port = find_free_port()
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with serving(tmp_path / "first", port):
        done = run("serve", "--port", str(port), "--workers", "1", folder=tmp_path / "second")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Can't listen on 127.0.0.1:{port}: another program listens there. Set HOST and PORT.\n"
    )


def test_every_start_prints_a_fresh_link_until_the_first_admin_has_a_password(tmp_path: Path) -> None:
    links = []
    for _ in range(2):
        port = find_free_port()
        with serving(tmp_path, port) as output:
            printed = output.read_text()
            (link,) = re.findall(rf"  (http://127\.0\.0\.1:{port}/set-password/[0-9a-f]{{64}})\n", printed)
            with urllib.request.urlopen(link, timeout=60) as answer:
                assert "Set your password" in answer.read().decode()
        assert "The first admin has no password yet." in printed
        links.append(link.rpartition("/")[2])
    assert links[0] != links[1]


def test_upgrading_the_database_twice_is_harmless(tmp_path: Path) -> None:
    assert run("db", "upgrade", folder=tmp_path).stdout == "The schema was brought up to date.\n"
    assert run("db", "upgrade", folder=tmp_path).stdout == "The schema is up to date.\n"
