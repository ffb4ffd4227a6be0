"""A real S3 server for the tests: Ceph's RADOS Gateway over a store in memory, of Debian's packages.

It checks signatures, their expiry, checksums and quotas as AWS does.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.servers import find_free_port

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw")
PACKAGES = ("ceph-mon", "ceph-osd", "radosgw")
START_SECONDS = 60
ACCESS_KEY, SECRET_KEY, REGION = "test-access-key", "test-secret-key", "us-east-1"
CONFIGURATION = """
[global]
fsid = {cluster}
mon_host = [v2:127.0.0.1:{monitor_port}/0]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_data = {folder}/mon
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = {size_bytes}
run_dir = {folder}
crash_dir = {folder}
admin_socket =
pid_file = {folder}/$name.pid
log_file = {folder}/$name.log
keyring = {folder}/keyring
[client]
rgw_data = {folder}
rgw_frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw_bucket_quota_ttl = 0
rgw_user_quota_bucket_sync_interval = 1
"""


class CannotStart(Exception):
    """This machine can't run the server; the message says why."""


@dataclass(frozen=True)
class S3Server:
    """A server that speaks S3, at an endpoint; `folder` holds its processes' ids, if they are Ceph's."""

    endpoint_url: str
    folder: str

    @property
    def client(self) -> Any:
        """A plain client of boto3, to look at what the library did."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name=REGION,
            config=Config(s3={"addressing_style": "path"}),
        )

    def settings(self, bucket: str, **others: Any) -> dict[str, Any]:
        """Return the settings of a library that keeps its files here."""
        return {
            "use_s3": True,
            "s3_endpoint_url": self.endpoint_url,
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
            "s3_bucket_name": bucket,
            "s3_region": REGION,
            "s3_proxy_downloads": False,
            **others,
        }

    def environment(self, bucket: str, **others: Any) -> dict[str, str]:
        """Return the same for a library in a process of its own."""
        return {name.upper(): str(value) for name, value in self.settings(bucket, **others).items()}

    def pid(self, name: str) -> int:
        """Return the process that is `mon.a`, `osd.0` or `client.rgw`."""
        return int((Path(self.folder) / f"{name}.pid").read_text())

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have the store take connections and answer nothing, until the block ends."""
        processes = [self.pid("osd.0"), self.pid("client.rgw")]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def administer(self, *arguments: str) -> None:
        """Run `radosgw-admin`."""
        _run("radosgw-admin", *arguments, folder=Path(self.folder))


def install_if_allowed() -> None:
    """Install Ceph where nobody minds: as root in CI. Raises `CannotStart`."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if not missing:
        return
    if not os.environ.get("CI") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotStart(
            f"no S3 server: {', '.join(missing)} not installed. apt install {' '.join(PACKAGES)}"
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotStart(f"apt-get {command[0]} failed: {done.stderr.strip()}")


def start(folder: Path, size_bytes: int = 2 * 1024**3) -> S3Server:
    """Start the server; a store of `size_bytes` in memory. Raises `CannotStart`."""
    install_if_allowed()
    for name in ("mon", "osd"):
        (folder / name).mkdir(parents=True)
    ports = {"port": find_free_port(), "monitor_port": find_free_port()}
    cluster, disk = str(uuid.uuid4()), str(uuid.uuid4())
    text = CONFIGURATION.format(folder=folder, cluster=cluster, size_bytes=size_bytes, **ports)
    (folder / "ceph.conf").write_text(text)
    server = S3Server(f"http://127.0.0.1:{ports['port']}", str(folder))
    monitor = f"[v2:127.0.0.1:{ports['monitor_port']}]"
    plan = str(folder / "monmap")
    try:
        _run(
            "monmaptool",
            "--create",
            "--clobber",
            "--fsid",
            cluster,
            "--addv",
            "a",
            monitor,
            plan,
            folder=folder,
        )
        _run("ceph-mon", "-i", "a", "--mkfs", "--monmap", plan, folder=folder)
        _run("ceph-mon", "-i", "a", folder=folder)
        _run("ceph", "osd", "new", disk, folder=folder)
        _run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk, folder=folder)
        _run("ceph-osd", "-i", "0", folder=folder)
        user = ("--uid=test", "--display-name=test", f"--access-key={ACCESS_KEY}", f"--secret={SECRET_KEY}")
        server.administer("user", "create", *user)
        _run("radosgw", "-n", "client.rgw", folder=folder)
        wait_until_it_answers(server.endpoint_url)
    except CannotStart:
        stop(server)
        raise
    return server


def stop(server: S3Server) -> None:
    """End the server's processes, which keep nothing."""
    for name in ("client.rgw", "osd.0", "mon.a"):
        try:
            process = server.pid(name)
            os.kill(process, signal.SIGKILL)
        except (OSError, ValueError):
            continue
    shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def shared(folder: Path) -> Iterator[S3Server]:
    """Lend a server that the test processes share: the first starts it, the last stops it."""
    folder.mkdir(exist_ok=True)
    record = folder / "server.json"
    with _locked(folder):
        known: dict[str, Any] = json.loads(record.read_text()) if record.exists() else {"users": 0}
        if not known["users"]:
            known["server"] = asdict(start(folder / uuid.uuid4().hex[:8]))
        known["users"] += 1
        record.write_text(json.dumps(known))
    server = S3Server(**known["server"])
    try:
        yield server
    finally:
        with _locked(folder):
            known = json.loads(record.read_text())
            known["users"] -= 1
            record.write_text(json.dumps(known))
            if not known["users"]:
                stop(server)


@contextmanager
def moto(folder: Path) -> Iterator[S3Server]:
    """Lend moto's server: it imitates S3, believes every signature, and runs everywhere."""
    port = find_free_port()
    with (folder / "moto.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-p", str(port)], stdout=log, stderr=log
        )
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}")
            yield S3Server(f"http://127.0.0.1:{port}", str(folder))
        finally:
            process.terminate()
            process.wait(30)


def fetch(address: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    """Ask for an address as a browser does; return the status, the headers and the body."""
    request = urllib.request.Request(address, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def wait_until_it_answers(url: str) -> None:
    """Wait for a server. Raises `CannotStart`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise CannotStart(f"{url} does not answer")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str, folder: Path) -> None:
    environment = os.environ | {"CEPH_CONF": str(folder / "ceph.conf")}
    with (folder / "commands.log").open("a+") as log:
        # The daemons keep what they print to: not a pipe, for whose end one would wait.
        done = subprocess.run(
            command, env=environment, stdout=log, stderr=log, check=False, timeout=START_SECONDS
        )
        if done.returncode:
            log.seek(0)
            raise CannotStart(f"{command[0]} failed: {log.read()[-500:]}")
