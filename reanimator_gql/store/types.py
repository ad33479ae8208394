"""Column types that mean the same on MariaDB and SQLite."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant with microseconds. Naive datetimes are refused: drivers would drop an offset without a word."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MariaDB's plain DATETIME has no fraction of a second."""
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if dialect.name in {"mysql", "mariadb"} else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC and drop the zone for the driver."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime reached the database: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None else None


BigId = BigInteger().with_variant(Integer, "sqlite")
"""A row id. SQLite numbers rows by itself only in an INTEGER primary key."""


def key_text(length: int) -> TypeEngine[str]:
    """Return a natural key: compared byte by byte, case and accents included."""
    text = String(length)
    for dialect in ("mysql", "mariadb"):
        text = text.with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_nopad_bin"), dialect)
    return text


def free_text() -> TypeEngine[str]:
    """Return a text of up to 16 MB that is shown and never looked up."""
    text = Text()
    for dialect in ("mysql", "mariadb"):
        text = text.with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_nopad_bin"), dialect)
    return text


def packed() -> TypeEngine[bytes]:
    """Return packed bytes of up to 16 MB."""
    data = LargeBinary()
    for dialect in ("mysql", "mariadb"):
        data = data.with_variant(mysql.MEDIUMBLOB(), dialect)
    return data


def digest(length: int) -> TypeEngine[bytes]:
    """Return a digest of fixed length, in bytes."""
    data = LargeBinary(length)
    for dialect in ("mysql", "mariadb"):
        data = data.with_variant(mysql.BINARY(length), dialect)
    return data
