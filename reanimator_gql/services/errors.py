"""What a use case refuses, in words for the person who asked."""


class Refused(ValueError):
    """An input that cannot be taken: `reason` says what was wrong, `remedy` what would be right.

    `code` is stable and meant for programs. `bundle_id`: the raw bytes are kept under this log bundle.
    """

    def __init__(self, code: str, reason: str, remedy: str, bundle_id: int | None = None) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.bundle_id = bundle_id
