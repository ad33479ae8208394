"""What a bundle may cost: every limit is checked while bytes come out, before the work that it limits.

The largest real output of one tool seen is 121 kB, the largest real tree some 5,000 files of a few kB: the limits are
far above both. They are no settings: whoever meets one sends the machines apart.
"""

from dataclasses import dataclass

from reanimator_gql.parsers.parser import ParseError

MAX_FILE = 4 << 20
MAX_MEMBERS = 10_000
MAX_KEPT = 48 << 20
MAX_UNPACKED = 200 << 20
MAX_DEPTH = 3
MAX_PATH = 1_000

_REMEDY = "send the output of fewer tools or machines in one bundle"


class OverLimit(ParseError):
    """An archive that costs more than a bundle may."""


@dataclass(slots=True)
class Budget:
    """What one bundle has used of its limits: members and unpacked bytes of all its archives together."""

    members: int = 0
    unpacked: int = 0
    kept: int = 0

    def member(self) -> None:
        """Count a member. Raises OverLimit."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise OverLimit(f"the archive holds more than {MAX_MEMBERS} members", _REMEDY)

    def unpack(self, size: int) -> None:
        """Count bytes that came out. Raises OverLimit."""
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED:
            raise OverLimit(f"the archive unpacks to more than {MAX_UNPACKED} bytes", _REMEDY)

    def keep(self, size: int) -> None:
        """Count bytes of files that a parser will read. Raises OverLimit."""
        self.kept += size
        if self.kept > MAX_KEPT:
            raise OverLimit(f"the outputs of tools in the archive are larger than {MAX_KEPT} bytes", _REMEDY)
