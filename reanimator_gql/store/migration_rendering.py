"""How a new migration spells our column types."""

from typing import Any, Literal

from sqlalchemy import BigInteger, LargeBinary, String, Text

from reanimator_gql.store.types import UtcDateTime


def render_type(kind: str, column_type: Any, _context: Any) -> str | Literal[False]:
    """Return a type as the call that makes it; False leaves it to Alembic."""
    if kind != "type":
        return False
    if isinstance(column_type, UtcDateTime):
        return "UtcDateTime()"
    return _with_variants(column_type) if getattr(column_type, "_variant_mapping", None) else False


def _with_variants(column_type: Any) -> str | Literal[False]:
    match column_type:
        case Text():
            return "free_text()"
        case String():
            return f"key_text({column_type.length})"
        case LargeBinary():
            return f"digest({column_type.length})" if column_type.length else "packed()"
        case BigInteger():
            return "BigId"
    return False
