"""Places (rules S1-S3): compared only between observations of one machine by one tool."""

import re
from collections.abc import Mapping
from functools import lru_cache

from reanimator_gql.domain.identity.normal import value

_KERNEL_NAME = re.compile(
    r"""^(?:
        /DEV/\S+                       # /dev/sda, /dev/nvme0n1
      | [SHV]D[A-Z]{1,3}\d*            # sda
      | (?:SCSI|IDE|USB|VIRTIO|NVME|ATA|SAS)@\S+   # lshw's bus addresses of the kernel
      | \d+:\d+:\d+:\d+                # host, channel, target, lun
      | NVME\d+(?:N\d+)?(?:P\d+)?
      | (?:MEGARAID|CCISS|ARECA|3WARE|AACRAID),\d+(?:[,/]\d+)?
      | MMCBLK\d+ | SR\d+ | SG\d+ | ST\d+
      | (?:ETH|ENO|ENS|ENP|IB)\d+\S*
      | PHYSID:\S+
    )$""",
    re.VERBOSE,
)
_NUMBERS = re.compile(r"(\d+)")
_MOST_DIGITS = 100


@lru_cache(maxsize=50_000)
def normal_place(place: str | None) -> str | None:
    """S1: upper case, blanks collapsed; fake values are no place."""
    clean = value(place)
    return clean.upper() if clean else None


@lru_cache(maxsize=50_000)
def is_kernel_name(place: str | None) -> bool:
    """S3: names that change at every boot. They can hold a placeholder; they never make a slot change."""
    normal = normal_place(place)
    return normal is not None and _KERNEL_NAME.match(normal) is not None


@lru_cache(maxsize=50_000)
def place_order(place: str) -> tuple[tuple[bool, int, str], ...]:
    """Return the natural order of places: DIMM2 before DIMM10."""
    return tuple((not piece.isdecimal(), _number(piece), piece) for piece in _NUMBERS.split(place) if piece)


def _number(piece: str) -> int:
    """Return the number of digits; of more than Python reads one that is larger the more there are."""
    if not piece.isdecimal():
        return 0
    return int(piece) if len(piece) <= _MOST_DIGITS else 10**_MOST_DIGITS + len(piece)


def is_renaming(previous: Mapping[str, str | None], current: Mapping[str, str | None]) -> bool:
    """S2: the same parts, at least two of them with a place, and no place in common: a new BIOS, not moves.

    Both arguments map each part of one family, as one tool listed it, to its place.
    """
    if previous.keys() != current.keys():
        return False
    before = {place for told in previous.values() if (place := normal_place(told))}
    after = {place for told in current.values() if (place := normal_place(told))}
    return len(before) >= 2 and len(after) >= 2 and before.isdisjoint(after)
