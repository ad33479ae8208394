"""What all tables share: their metadata, and how they are stored."""

from typing import Any

from sqlalchemy import Column, MetaData, Table

from reanimator_gql.store.types import BigId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_INNODB: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (
        ("engine", "InnoDB"),
        ("row_format", "DYNAMIC"),
        ("default_charset", "utf8mb4"),
        ("collate", "utf8mb4_nopad_bin"),
    )
}


def table(name: str, *parts: Any) -> Table:
    """Declare a table."""
    # SQLite would give the id of a deleted row to another one.
    numbered = any(isinstance(part, Column) and part.name == "id" and part.type is BigId for part in parts)
    return Table(name, metadata, *parts, **_INNODB, sqlite_autoincrement=numbered)
