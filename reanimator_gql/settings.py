"""What an installation can set: environment over the configuration file over defaults.

The file is the one that `CONFIG_FILE` names, else `config.json` in the working directory, else none. A variable has
the name of its setting in capitals; `DATABASE__HOST` is the `host` of `database`. A wrong or unknown setting stops the
start with one line that names it and says what would be right. No password is ever shown.
"""

import json
import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

DEFAULT_DSN = "sqlite:///reanimator.db"


class BadSetting(ValueError):
    """A setting that cannot be used; the text is one line for the person who set it."""


class DatabaseFields(BaseModel):
    """Where a MariaDB is, field by field. `params` is what stands after the `?` of an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = "reanimator"
    password: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=3306, ge=1, le=65535)
    name: str = "reanimator"
    params: dict[str, str | int | float | bool] | str = ""

    def address(self) -> str:
        """Return the fields as one address, the password in clear."""
        user, password = quote(self.user, safe=""), quote(self.password.get_secret_value(), safe="")
        host = f"[{self.host}]" if ":" in self.host else self.host
        params = self.params if isinstance(self.params, str) else urlencode(self.params)
        return f"mysql://{user}:{password}@{host}:{self.port}/{quote(self.name, safe='')}" + (
            f"?{params.lstrip('?')}" if params else ""
        )


class Settings(BaseSettings):
    """Every setting, checked. Sizes are in bytes."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_nested_delimiter="__", env_ignore_empty=True, validate_default=True
    )

    database_dsn: SecretStr | None = None
    database: DatabaseFields | None = None
    upload_limit: int = Field(default=200 << 20, ge=1)
    max_body_bytes: int = Field(
        default=32 << 20, ge=1024
    )  # of a GraphQL request; larger logs go to POST /ingest/logbundle
    max_query_bytes: int = Field(default=65536, ge=1)
    max_tokens: int = Field(default=2000, ge=1)
    max_depth: int = Field(default=15, ge=1, le=50)
    max_aliases: int = Field(default=30, ge=0)
    query_timeout_s: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def dsn(self) -> str:
        """The address of the database, as it was written or made of its fields."""
        if self.database_dsn is not None:
            return self.database_dsn.get_secret_value()
        return self.database.address() if self.database else DEFAULT_DSN

    @property
    def is_default_database(self) -> bool:
        """Whether nobody named a database."""
        return self.database_dsn is None and self.database is None

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Arguments over environment over file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _file_values())


def load_settings() -> Settings:
    """Read and check the configuration of this process. Raises BadSetting."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting(_line(error.errors(include_input=False)[0])) from None
    except SettingsError as error:
        raise BadSetting(f"{_named_in(str(error))}: must hold JSON; or set its fields one by one") from None


def _file_values() -> dict[str, Any]:
    named = os.environ.get("CONFIG_FILE", "")
    path = Path(named or "config.json")
    if not named and not path.is_file():
        return {}
    try:
        values = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except OSError as error:
        raise BadSetting(f"CONFIG_FILE: {path} cannot be read ({error.strerror}): name an existing JSON file") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise BadSetting(f"{path}: not JSON at {where} ({error.msg}): see config.example.json") from None
    except UnicodeDecodeError:
        raise BadSetting(f"{path}: not UTF-8 text: save it as UTF-8, see config.example.json") from None
    if not isinstance(values, dict):
        raise BadSetting(f"{path}: must hold one JSON object: see config.example.json")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadSetting(f"{twice}: stands twice in the configuration file: keep one of them")
    return values


def _line(error: ErrorDetails) -> str:
    place = error["loc"]
    name = ".".join(str(part) for part in place if str(part).isidentifier() and part not in {"str", "int", "bool"})
    if error["type"] == "extra_forbidden":
        known = DatabaseFields.model_fields if place[0] == "database" else Settings.model_fields
        return f"{name}: no such setting: the settings are {', '.join(known)}"
    right = error["msg"].replace("Input should be", "must be").replace("\n", " ")
    return f"{name}: {right}: see config.example.json"


def _named_in(text: str) -> str:
    names = [name for name in Settings.model_fields if f'"{name}"' in text]
    return names[0] if names else "environment"
