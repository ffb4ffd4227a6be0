"""Settings: where values come from, which are refused and in which words, and where each is explained."""

import multiprocessing
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mediaweb.application import ROOT
from mediaweb.errors import StartupError
from mediaweb.settings import (
    AnonymousAccess,
    Settings,
    load_settings,
    prepare_instance,
    read_or_create_secret,
)
from mediaweb.storage import create_stores
from tests.servers import OPTIONS

GUIDE = Path(__file__).parent / "files" / "media-storage-guide.md"
ENV_BLOCKS = re.findall(r"```env\n(.*?)```", GUIDE.read_text(), re.DOTALL)
SECRETS = {"REDIS_URL", "SECRET_KEY", "ADMIN_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "DATABASE_URL"}
#: A value for each option that is not accepted, where there is one.
BAD_VALUES = {
    "INSTANCE_PATH": "~nobody-of-this-name/x",
    "MEDIA_FOLDER": "~nobody-of-this-name/x",
    "MAX_FILE_SIZE": "10MB",
    "ALLOWED_TYPES": "image",
    "STRIP_LOCATION": "sometimes",
    "ANONYMOUS_ACCESS": "all",
    "DATABASE_URL": "mysql://root:hunter2@db/media",
    "REDIS_URL": "http://:hunter2@cache",
    "SECRET_KEY": "hunter2",
    "ADMIN_EMAIL": "admin",
    "ADMIN_PASSWORD": "hunter2",
    "PUBLIC_URL": "media.example.org",
    "TRUSTED_HOSTS": "https://media.example.org",
    "TRUSTED_PROXIES": "proxy.example.org",
    "CORS_ORIGINS": "https://example.org/path",
    "URL_EXPIRY_SECONDS": "0",
    "TRASH_DAYS": "-1",
    "RATE_LIMIT_SIGN_IN": "often",
    "RATE_LIMIT_UPLOAD": "0 per hour",
    "RATE_LIMIT_API": "20 per fortnight",
    "HOST": "http://localhost",
    "PORT": "65536",
    "USE_S3": "perhaps",
    "S3_ENDPOINT_URL": "localhost:9000",
    "S3_BUCKET_NAME": "ab",
    "S3_PUBLIC_ENDPOINT_URL": "files.example.org",
    "S3_PROXY_DOWNLOADS": "perhaps",
}


def load_env(text: str) -> Settings:
    Path(".env").write_text(text)
    return load_settings()


def refusal(**overrides: Any) -> list[str]:
    with pytest.raises(StartupError) as refused:
        load_settings(**overrides)
    return str(refused.value).splitlines()


# Sources


def test_the_guide_has_six_env_blocks() -> None:
    assert len(ENV_BLOCKS) == 6


@pytest.mark.parametrize("block", ENV_BLOCKS)
def test_every_env_block_of_the_guide_loads_as_written(block: str) -> None:
    settings = load_env(block)
    for line in filter(None, block.splitlines()):
        name, _, value = line.partition("=")
        value = re.sub(r"(^|\s+)#.*", "", value).strip()
        if not value or name.startswith("#"):
            continue
        loaded = getattr(settings, name.lower())
        shown = loaded.get_secret_value() if isinstance(loaded, SecretStr) else str(loaded).rstrip("/")
        assert shown == (str(Path(value).resolve()) if name == "MEDIA_FOLDER" else value)


def test_a_comment_after_an_empty_value_is_no_value() -> None:
    settings = load_env("USE_S3=True\nS3_ENDPOINT_URL=  # Leave empty for AWS S3\n")
    assert settings.s3_endpoint_url is None


def test_a_comment_after_a_value_is_no_part_of_it() -> None:
    assert load_env("MAX_FILE_SIZE=5  # bytes\n").max_file_size == 5


def test_a_hash_inside_a_value_belongs_to_it() -> None:
    secret = load_env("S3_SECRET_KEY=#abc#def\n").s3_secret_key
    assert secret is not None
    assert secret.get_secret_value() == "#abc#def"


def test_the_environment_beats_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    assert load_env("PORT=9002\nMAX_FILE_SIZE=7\n").port == 9001
    assert load_settings().max_file_size == 7


def test_an_empty_variable_leaves_the_word_to_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert load_env("PORT=9002\n").port == 9002


@pytest.mark.parametrize("name", OPTIONS)
def test_empty_means_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert getattr(load_env(f"{name}=\n"), name.lower()) == getattr(load_settings(), name.lower())


def test_unknown_names_in_the_env_file_are_left_alone() -> None:
    assert load_env("FLASK_DEBUG=1\nSOMETHING_ELSE=x\n") == load_settings()


def test_an_env_file_in_windows_form_is_read() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbfPORT=9002\r\nMAX_FILE_SIZE=7\r\n")
    settings = load_settings()
    assert (settings.port, settings.max_file_size) == (9002, 7)


def test_an_env_file_that_is_not_utf8_is_refused_in_words() -> None:
    Path(".env").write_bytes("PUBLIC_URL=http://b\xfccher\n".encode("latin-1"))
    assert refusal() == ["The file .env is not UTF-8 text."]


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.anonymous_access is AnonymousAccess.READ
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.url_expiry_seconds == 3600
    assert settings.max_file_size == 10 * 1024 * 1024
    assert settings.use_s3 is False
    assert settings.cors_origins == ()
    assert settings.media_path == tmp_path / "instance" / "media"
    assert settings.database_uri == f"sqlite:///{tmp_path}/instance/mediaweb.sqlite3"


# Values


@pytest.mark.parametrize(("name", "value"), BAD_VALUES.items())
def test_a_bad_value_gives_one_line_with_its_name_and_what_is_accepted(name: str, value: str) -> None:
    shown = "" if name in SECRETS else f"={value}"
    accepted = Settings.model_fields[name.lower()].description
    Path(".env").write_text(f"{name}={value}\n")
    assert refusal() == [f"{name}{shown} is not accepted. {accepted}"]


def test_all_bad_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BAD_VALUES.items():
        monkeypatch.setenv(name, value)
    lines = refusal()
    assert [re.split("[= ]", line)[0] for line in lines] == sorted(BAD_VALUES)
    assert "hunter2" not in "".join(lines)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "CORS_ORIGINS", "S3_ENDPOINT_URL"])
def test_a_password_in_any_url_is_hidden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "https://bob:hunter2@example.org:port/")
    (line,) = refusal()
    assert line.startswith(f"{name}=https://***@example.org:port/ is not accepted.")


def test_a_line_break_in_a_value_does_not_make_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "first\nsecond")
    assert len(refusal()) == 1


@pytest.mark.parametrize("value", [0, -1, None])
def test_a_bad_value_from_a_program_is_described_too(value: int | None) -> None:
    (line,) = refusal(max_file_size=value)
    assert line.startswith(f"MAX_FILE_SIZE={value} is not accepted.")


@pytest.mark.parametrize(
    "value",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://u:hunter2@host:port/db",
        "mysql://x",
        "media.db",
    ],
)
def test_a_database_that_cannot_work_is_refused(value: str) -> None:
    (line,) = refusal(database_url=value)
    assert line.startswith("DATABASE_URL is not accepted.")
    assert "hunter2" not in line


def test_a_relative_database_lies_in_the_working_directory(tmp_path: Path) -> None:
    assert (
        load_settings(database_url="sqlite:///db/x.sqlite3").database_uri
        == f"sqlite:///{tmp_path}/db/x.sqlite3"
    )


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(scheme: str) -> None:
    url = f"{scheme}://u:p%40ss@db.example:5433/media?sslmode=require"
    assert load_settings(database_url=url).database_uri == f"postgresql+psycopg{url.removeprefix(scheme)}"


@pytest.mark.parametrize("value", [",", "*", "*/png", "image/", "/png", "image/*; video/*", "image/jp*"])
def test_a_pattern_that_could_match_nothing_is_refused(value: str) -> None:
    assert len(refusal(allowed_types=value)) == 1


def test_allowed_types_are_split_trimmed_and_lower_case() -> None:
    settings = load_env("ALLOWED_TYPES= Image/*, video/mp4 ,,application/vnd.ms-excel\n")
    assert settings.allowed_types == ("image/*", "video/mp4", "application/vnd.ms-excel")


@pytest.mark.parametrize(
    "value", ["*", "null", "localhost:3000", "https://a.example/", "https://u:p@a.example"]
)
def test_what_no_browser_sends_as_origin_is_refused(value: str) -> None:
    assert len(refusal(cors_origins=value)) == 1


def test_origins_become_what_browsers_send() -> None:
    settings = load_settings(
        cors_origins="HTTPS://Bücher.Example:443,http://localhost:80,http://127.0.0.1:3000"
    )
    assert settings.cors_origins == (
        "https://xn--bcher-kva.example",
        "http://localhost",
        "http://127.0.0.1:3000",
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "::1", "localhost", "media-1.example.org"])
def test_addresses_and_names_are_hosts(host: str) -> None:
    assert load_settings(host=host).host == host


@pytest.mark.parametrize("host", ["300.1.1.1", "[::1]", "localhost:8000", "a b", "-x"])
def test_what_cannot_be_listened_on_is_no_host(host: str) -> None:
    assert len(refusal(host=host)) == 1


def test_trusted_hosts_become_what_browsers_send() -> None:
    settings = load_settings(trusted_hosts="Media.Example.org, .bücher.example,192.168.1.5,[FE80::1],::1,nas")
    assert settings.trusted_hosts == (
        *("media.example.org", ".xn--bcher-kva.example", "192.168.1.5", "fe80::1", "::1", "nas"),
    )


@pytest.mark.parametrize(
    "host", [".", "*", "*.example.org", "media.example.org:8000", "http://nas", "a b", "u@nas", "nas/", "-x"]
)
def test_what_is_no_host_name_is_not_trusted(host: str) -> None:
    assert len(refusal(trusted_hosts=f"localhost,{host}")) == 1


def test_trusted_proxies_are_addresses_and_networks() -> None:
    settings = load_settings(trusted_proxies="127.0.0.1, 10.1.2.3/8,fd00::/8,::1")
    assert settings.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8", "::1/128")


@pytest.mark.parametrize("network", ["*", "localhost", "10.0.0.0/33", "10.0.0", "127.0.0.1:8000"])
def test_what_is_no_network_is_not_trusted(network: str) -> None:
    assert len(refusal(trusted_proxies=network)) == 1


@pytest.mark.parametrize("limit", ["20 per minute", "5/second; 100 per 2 hours", "1 per day,2 per month"])
def test_limits_are_in_the_notation_of_flask_limiter(limit: str) -> None:
    assert load_settings(rate_limit_api=limit).rate_limit_api == limit


@pytest.mark.parametrize("word", ["off", "OFF", " Off "])
def test_the_word_off_switches_a_limit_off(word: str) -> None:
    assert load_settings(rate_limit_sign_in=word).rate_limit_sign_in == "off"


@pytest.mark.parametrize("limit", ["20", "per minute", "-1 per minute", "0/minute; 5/hour", "5/hour;", "on"])
def test_what_is_no_limit_is_refused(limit: str) -> None:
    assert len(refusal(rate_limit_upload=limit)) == 1


@pytest.mark.parametrize("email", ["admin", "@example.org", "a@b@c", "a b@example.org", "a@" + "x" * 254])
def test_what_is_no_email_address_is_refused(email: str) -> None:
    assert len(refusal(admin_email=email, admin_password="correct horse")) == 1


@pytest.mark.parametrize(
    "half", [{"admin_email": "admin@example.org"}, {"admin_password": "correct horse battery"}]
)
def test_the_first_admin_is_set_with_both_options_or_neither(half: dict[str, str]) -> None:
    assert refusal(**half) == ["ADMIN_EMAIL and ADMIN_PASSWORD belong together. Set both or neither."]
    both = load_settings(admin_email="Admin@Example.org", admin_password="correct horse battery")
    assert both.admin_email == "admin@example.org"
    assert "horse" not in repr(both)


@pytest.mark.parametrize("url", ["redis://", "redis://cache:port", "redis://cache:70000", "http://cache"])
def test_what_is_no_redis_server_is_refused(url: str) -> None:
    assert refusal(redis_url=url) == [
        f"REDIS_URL is not accepted. {Settings.model_fields['redis_url'].description}"
    ]


@pytest.mark.parametrize("half", [{"s3_access_key": "key"}, {"s3_secret_key": "secret"}])
def test_the_keys_of_a_store_are_set_together(half: dict[str, str]) -> None:
    lines = refusal(use_s3="True", **half)
    assert lines == ["S3_ACCESS_KEY and S3_SECRET_KEY belong together. Set both or neither."]


def test_a_bucket_without_credentials_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings = load_env("USE_S3=True\nS3_ENDPOINT_URL=http://127.0.0.1:9\n")
    with pytest.raises(StartupError, match=r"^USE_S3=True needs credentials\."):
        create_stores(settings)


# SECRET_KEY


def test_the_secret_is_made_once_and_readable_by_us_only(tmp_path: Path) -> None:
    settings = load_settings(instance_path=tmp_path)
    old_mask = os.umask(0)
    try:
        secret = read_or_create_secret(settings)
    finally:
        os.umask(old_mask)
    assert len(secret) >= 32
    assert read_or_create_secret(settings) == secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_given_secret_is_used_and_not_written_down(tmp_path: Path) -> None:
    settings = load_settings(instance_path=tmp_path, secret_key="0123456789abcdef")
    assert read_or_create_secret(settings) == "0123456789abcdef"
    assert list(tmp_path.iterdir()) == []


def _read_secret_at_once(folder: Path, barrier: Any, answers: Any) -> None:
    settings = load_settings(instance_path=folder)
    barrier.wait(240)
    answers.put(read_or_create_secret(settings))


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(3), context.Queue()
    processes = [
        context.Process(target=_read_secret_at_once, args=(tmp_path, barrier, answers)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    secrets = {answers.get(timeout=300) for _ in processes}
    for process in processes:
        process.join()
    answers.close()
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_an_instance_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = load_settings(instance_path=tmp_path / "file" / "instance")
    with pytest.raises(StartupError, match=r"^INSTANCE_PATH=.*/file/instance can't be written to"):
        prepare_instance(settings)


# Explained


def _described_in_env_example() -> dict[str, tuple[str, bool]]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = (re.fullmatch(r"(# ?)?([A-Z][A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[2]: (match[3], match[1] is None) for match in found if match}


def _default(name: str) -> str:
    default = Settings.model_fields[name.lower()].default
    return "" if default is None else ",".join(default) if isinstance(default, tuple) else str(default)


def test_env_example_names_every_option_and_no_other() -> None:
    assert sorted(_described_in_env_example()) == sorted(OPTIONS)


def test_env_example_sets_only_what_a_laptop_needs() -> None:
    active = {name: value for name, (value, is_set) in _described_in_env_example().items() if is_set}
    development = [
        f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (3000, 5173, 8080)
    ]
    assert sorted(active.pop("CORS_ORIGINS").split(",")) == sorted(development)
    assert active == {
        "USE_S3": "False",
        "MEDIA_FOLDER": "./media",
        "MAX_FILE_SIZE": "10485760",
        "ANONYMOUS_ACCESS": "write",
    }


def test_env_example_shows_the_defaults_of_the_rest() -> None:
    for name, (value, is_set) in _described_in_env_example().items():
        assert is_set or value == _default(name), name


def test_env_example_loads_as_it_is_and_with_every_line_uncommented() -> None:
    text = (ROOT / ".env.example").read_text()
    load_env(text)
    load_env(re.sub(r"^# ?([A-Z][A-Z0-9_]+=)", r"\1", text, flags=re.MULTILINE))


def test_the_settings_page_has_a_row_for_every_option_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.*?) \|", page, re.MULTILINE))
    assert list(rows) == OPTIONS
    for name, default in rows.items():
        assert f"`{_default(name)}`" in default or not _default(name), name
