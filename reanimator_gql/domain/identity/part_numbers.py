"""Rule C4: DIMMs of one serial and one maker whose part numbers contradict.

Tools cut part numbers short, and a seller writes its own number over the maker's: neither is a contradiction by itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

_SELLERS = re.compile(
    r"\d{6}-\w{3}|P\d{5}-\w{3}|\d{2}[A-Z]{2}\d{3}|SNP.*|UCS-.*|S26.*|0?\w{5}|\w{6}A\d\d",
    re.ASCII,
)


def is_sellers(part_number: str) -> bool:
    """Whether the part number has the form of a seller's, not of a maker's."""
    return _SELLERS.fullmatch(part_number) is not None


def whole_numbers(part_numbers: Iterable[str]) -> dict[str, str]:
    """Map each part number to the longest that it begins. A stub that begins several says nothing and is left out."""
    known = set(part_numbers)
    whole = {one for one in known if not any(other != one and other.startswith(one) for other in known)}
    begins = {one: [other for other in whole if other.startswith(one)] for one in known}
    return {one: longer[0] for one, longer in begins.items() if len(longer) == 1}


def contradicting(told: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the part numbers that prove several components, each with the whole number of its component.

    `told`: pairs of source and part number, of one serial and maker. Empty: nothing contradicts. Numbers of makers'
    form come first: where they alone prove several, a seller's number lies over one of them on each machine, though
    one tool tells several of it.
    """
    pairs = set(told)
    whole = whole_numbers(number for _, number in pairs)
    makers = {number for number in whole.values() if not is_sellers(number)}
    cores = makers if len(makers) > 1 else _told_by_one_tool(pairs, whole)
    return {number: longest for number, longest in whole.items() if longest in cores}


def _told_by_one_tool(told: Iterable[tuple[str, str]], whole: Mapping[str, str]) -> set[str]:
    by_source: dict[str, set[str]] = defaultdict(set)
    for source, number in told:
        if number in whole:
            by_source[source].add(whole[number])
    return {number for numbers in by_source.values() for pair in combinations(sorted(numbers), 2) for number in pair}
