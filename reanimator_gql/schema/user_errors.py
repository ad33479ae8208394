"""What a mutation could not do, told in its payload: the input's fault, and in words for who sent it."""

from enum import StrEnum

import strawberry

from reanimator_gql.schema.enums import described


class UserErrorCode(StrEnum):
    """Why a mutation could not be done."""

    BAD_INPUT = "BAD_INPUT"
    TOO_LARGE = "TOO_LARGE"
    UNREADABLE = "UNREADABLE"
    NOT_ADMITTED = "NOT_ADMITTED"
    REFUSED = "REFUSED"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"


described(
    UserErrorCode,
    "Why a mutation could not be done.",
    {
        "BAD_INPUT": "The arguments do not make an upload; nothing was kept.",
        "TOO_LARGE": "The upload is over the limit; nothing was kept.",
        "UNREADABLE": "No parser could read it; the bytes are kept.",
        "NOT_ADMITTED": "It was read, but names no machine or no time; the bytes are kept.",
        "REFUSED": "The same upload was refused before.",
        "IDEMPOTENCY_MISMATCH": "The key stood for another request before; nothing was kept.",
    },
)


@strawberry.type(description="What was wrong with the input, in words for the person who sent it.")
class UserError:
    """Code, sentence and place."""

    code: UserErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="What was wrong, and what would be right.")
    field: str | None = strawberry.field(default=None, description="The field of the input that is wrong.")
