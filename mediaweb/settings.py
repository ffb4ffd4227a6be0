"""Every option of the application: its name, default, unit and what it accepts.

Values come from the environment, then from `.env` in the working directory. An empty value means unset.
"""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mediaweb import option_values
from mediaweb.errors import StartupError


class AnonymousAccess(StrEnum):
    """What somebody who is not signed in may do."""

    WRITE = "write"
    READ = "read"
    NONE = "none"


class CommentAwareDotEnv(DotEnvSettingsSource):
    """Read `NAME=  # a comment` as empty; python-dotenv takes the comment for the value."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        loaded = super()._load_env_vars()
        return {name: "" if value and value.startswith("# ") else value for name, value in loaded.items()}


CommaSeparated = Annotated[tuple[str, ...], NoDecode]
ListeningAddress = Annotated[str, AfterValidator(option_values.normalize_listening_address)]
DatabaseUrl = Annotated[str, AfterValidator(option_values.normalize_database_url)]
EmailAddress = Annotated[str, AfterValidator(option_values.normalize_email)]
RateLimit = Annotated[str, AfterValidator(option_values.normalize_rate_limit)]


class Settings(BaseSettings):
    """The options, read once at start. Attributes are the options' names in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=False,
    )

    instance_path: Path = Field(
        Path("instance"), description="Folder of the database and the generated secret."
    )
    media_folder: Path | None = Field(
        None, description="Folder of the stored files. Default: `media` under INSTANCE_PATH."
    )
    max_file_size: int = Field(
        10_485_760, ge=1, description="Largest accepted upload, in bytes: a whole number of at least 1."
    )
    allowed_types: CommaSeparated = Field(
        ("*/*",), description="Accepted types, comma-separated: `image/*,video/mp4` or `*/*` for all."
    )
    strip_location: bool = Field(
        False,
        description="`True` takes out of pictures and films, at upload, where they were taken; `False` keeps "
        "files as they come.",
    )
    anonymous_access: AnonymousAccess = Field(
        AnonymousAccess.READ,
        description="What people may do without signing in: `write`, `read` (public media) or `none`.",
    )
    database_url: DatabaseUrl | None = Field(
        None,
        description="`sqlite:///…` or `postgresql://…`. Default: SQLite under INSTANCE_PATH.",
    )
    redis_url: SecretStr | None = Field(
        None, description="`redis://…`, needed when several machines serve one library."
    )
    secret_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs sessions: at least 16 characters. Default: made at first start.",
    )
    admin_email: EmailAddress | None = Field(
        None, description="Email address of the first admin, for installing unattended; with ADMIN_PASSWORD."
    )
    admin_password: SecretStr | None = Field(
        None, min_length=10, description="Password of the first admin: at least 10 characters."
    )
    public_url: AnyHttpUrl | None = Field(
        None, description="The address people use, `https://media.example.org`, when a proxy stands in front."
    )
    trusted_hosts: CommaSeparated = Field(
        (),
        description="Host names that the library answers to, comma-separated: `media.example.org`, "
        "`.example.org` for all below it. Default: PUBLIC_URL's, and names of a network of your own.",
    )
    trusted_proxies: CommaSeparated = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded-For, -Proto and -Host are believed, "
        "comma-separated: `127.0.0.1,10.0.0.0/8`. Default: none.",
    )
    cors_origins: CommaSeparated = Field(
        (), description="Web origins that may call the API from a browser, comma-separated."
    )
    url_expiry_seconds: int = Field(
        3600, ge=1, le=604_800, description="How long a signed URL works, in seconds: 1 to 604800."
    )
    trash_days: int = Field(
        30,
        ge=0,
        le=36_500,
        description="How long what was deleted can be restored, in days: 0 to 36500. 0 deletes at once.",
    )
    event_days: int = Field(
        30,
        ge=1,
        le=36_500,
        description="How long the log of changes is kept, in days: 1 to 36500.",
    )
    sockets_per_address: int = Field(
        200,
        ge=1,
        le=1_000_000,
        description="Live connections from one address, for each web process: 1 to 1000000.",
    )
    sockets_per_process: int = Field(
        5000, ge=1, le=1_000_000, description="Live connections of one web process: 1 to 1000000."
    )
    rate_limit_sign_in: RateLimit = Field(
        "20 per minute",
        description="How often one caller may try to sign in: `20 per minute`, several with `;`, or `off`.",
    )
    rate_limit_upload: RateLimit = Field(
        "2000 per hour",
        description="How many files one caller may upload: `2000 per hour`, several with `;`, or `off`.",
    )
    rate_limit_api: RateLimit = Field(
        "6000 per minute",
        description="How often one caller may call the API, downloads aside: `6000 per minute`, several "
        "with `;`, or `off`.",
    )
    host: ListeningAddress = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` for all.")
    port: int = Field(8000, ge=1, le=65_535, description="Port to listen on: 1 to 65535.")
    use_s3: bool = Field(False, description="`True` keeps files in an S3 bucket, `False` in MEDIA_FOLDER.")
    s3_endpoint_url: AnyHttpUrl | None = Field(
        None, description="Address of an S3-compatible store, `http://localhost:9000`. Empty for AWS."
    )
    s3_access_key: SecretStr | None = Field(None, description="Access key of the store.")
    s3_secret_key: SecretStr | None = Field(None, description="Secret key of the store.")
    s3_bucket_name: str = Field(
        "media", min_length=3, max_length=63, description="Name of the bucket: 3 to 63 characters."
    )
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_public_endpoint_url: AnyHttpUrl | None = Field(
        None, description="Address of the store for browsers, `https://files.example.org`, if it is another."
    )
    s3_proxy_downloads: bool = Field(
        False,
        description="`True` sends files in the bucket through the library; `False` has browsers fetch them.",
    )

    @field_validator("allowed_types", "cors_origins", "trusted_hosts", "trusted_proxies", mode="before")
    @classmethod
    def split_on_commas(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("allowed_types")
    @classmethod
    def require_mime_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("nothing could be uploaded")
        return tuple(option_values.normalize_mime_pattern(pattern) for pattern in value)

    @field_validator("cors_origins")
    @classmethod
    def require_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(option_values.normalize_origin(origin) for origin in value)

    @field_validator("trusted_hosts")
    @classmethod
    def require_host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(option_values.normalize_host(host) for host in value)

    @field_validator("trusted_proxies")
    @classmethod
    def require_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(option_values.normalize_network(network) for network in value)

    @field_validator("redis_url")
    @classmethod
    def require_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            option_values.check_redis_url(value.get_secret_value())
        return value

    @field_validator("instance_path", "media_folder")
    @classmethod
    def make_absolute(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser().resolve()
        except RuntimeError as error:  # `~nobody`, or links in a circle
            raise ValueError(str(error)) from None

    @model_validator(mode="after")
    def require_both_of_the_admin(self) -> Self:
        if (self.admin_email is None) != (self.admin_password is None):
            raise ValueError("ADMIN_EMAIL and ADMIN_PASSWORD belong together. Set both or neither.")
        return self

    @model_validator(mode="after")
    def require_both_keys(self) -> Self:
        if self.use_s3 and (self.s3_access_key is None) != (self.s3_secret_key is None):
            raise ValueError("S3_ACCESS_KEY and S3_SECRET_KEY belong together. Set both or neither.")
        return self

    @model_validator(mode="after")
    def fill_in_paths(self) -> Self:
        folder = self.instance_path.resolve()
        object.__setattr__(self, "instance_path", folder)
        object.__setattr__(self, "media_folder", self.media_folder or folder / "media")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, CommentAwareDotEnv(settings_cls))

    @property
    def is_https(self) -> bool:
        """Whether people reach the library by https."""
        return self.public_url is not None and self.public_url.scheme == "https"

    @property
    def media_path(self) -> Path:
        """The folder of the stored files, absolute."""
        assert self.media_folder is not None
        return self.media_folder

    @property
    def database_uri(self) -> str:
        """The database's address for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.instance_path / 'mediaweb.sqlite3'}"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (by lower-case name) win over environment and `.env`.

    Raises `StartupError` with one line for each bad option: its name, its value (never a secret's) and
    what is accepted.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = {_describe(e) for e in error.errors()}
        raise StartupError("\n".join(sorted(lines))) from None
    except UnicodeDecodeError:
        raise StartupError("The file .env is not UTF-8 text.") from None
    except OSError as error:
        raise StartupError(f"The file .env can't be read ({error.strerror}).") from None


def _describe(error: ErrorDetails) -> str:
    if not error["loc"]:  # about options that don't fit together
        return error["msg"].removeprefix("Value error, ")
    return _describe_bad_option(str(error["loc"][0]), error["input"])


def _describe_bad_option(name: str, value: Any) -> str:
    field = Settings.model_fields[name]
    is_secret = SecretStr in getattr(field.annotation, "__args__", ()) or name == "database_url"
    written = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    # A password may hide in any URL, and a line break would make two lines of one.
    safe = re.sub(r"//[^/,]*@", "//***@", " ".join(written.split()))
    shown = "" if is_secret else f"={safe}"
    return f"{name.upper()}{shown} is not accepted. {field.description}"


def read_or_create_secret(settings: Settings) -> str:
    """Return SECRET_KEY, or the one made at the first start and kept under INSTANCE_PATH, for us only.

    Two processes that start together agree: the first to put its file in place wins, the other reads it.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.instance_path / "secret_key"
    if not path.exists():
        _create_secret(path)
    return path.read_text()


def _create_secret(path: Path) -> None:
    draft = path.with_name(f"secret_key.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    with draft.open("w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def prepare_instance(settings: Settings) -> None:
    """Make the folder of the database and the secret. Raises `StartupError` where that is not possible."""
    try:
        settings.instance_path.mkdir(parents=True, exist_ok=True)
        probe = settings.instance_path / f"probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartupError(
            f"INSTANCE_PATH={settings.instance_path} can't be written to ({error.strerror})."
        ) from error
