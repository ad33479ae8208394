"""The raw store: every upload for ever, byte for byte."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, UniqueConstraint

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, digest, key_text, packed

raw_blob = table(
    "raw_blob",
    Column("id", BigId, primary_key=True),
    Column("customer_id", BigInteger, nullable=False),
    Column("content_digest", digest(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("stored_digest", digest(32)),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("customer_id", "content_digest"),
)

raw_part = table(
    "raw_part",
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("variant", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("codec", SmallInteger, nullable=False),
    Column("base_id", BigInteger, index=True),
    Column("dict_id", BigInteger),
    Column("data", packed(), nullable=False),
)

raw_keyframe = table(
    "raw_keyframe",
    Column("series", digest(16), primary_key=True),
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("size", BigInteger, nullable=False),
)

log_bundles = table(
    "log_bundles",
    Column("id", BigId, primary_key=True),
    Column("blob_id", BigInteger, nullable=False),
    # What the uploader said beside the bytes; '' and the sentinel stand for "not given" (NULLs defeat UNIQUE).
    Column("asset", key_text(190), nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("filename", key_text(255)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("who", key_text(190)),
    UniqueConstraint("blob_id", "asset", "collected_at"),
    Index(None, "received_at", "id"),
)
