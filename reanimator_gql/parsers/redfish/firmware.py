"""Firmware inventories: the version of a part that tells none itself.

They list rollback and available versions beside the installed one; only the installed one counts, and only where the
entry names the part by a link.
"""

import re
from collections.abc import Iterable

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tale import Tale
from reanimator_gql.parsers.redfish.tree import Tree

_NOT_INSTALLED = re.compile(
    r"previous|available|rollback|back-?up|redundant|golden|recovery|staged|pending|secondary|inactive|alternate|spare",
    re.IGNORECASE,
)
_BIOS = re.compile(r"bios|system rom|uefi", re.IGNORECASE)


def add_versions(tales: Iterable[Tale], tree: Tree) -> None:
    """Give each tale without firmware the installed version that the inventory tells of its resource."""
    without = [tale for tale in tales if tale.present and tale.firmware is None]
    versions = _installed(tree) if without else {}
    for tale in without:
        entries = versions.get(tale.resource.key, [])
        if tale.kind is ComponentKind.BOARD:  # CPLD, management engine and others are related to the system too
            entries = [one for one in entries if _BIOS.search(_words(one))]
        told = {version for one in entries if (version := one.text("Version"))}
        if len(told) == 1:
            tale.firmware = told.pop()


def _installed(tree: Tree) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for one in tree.of("SoftwareInventory", "FirmwareInventory"):
        if not _NOT_INSTALLED.search(_words(one)):
            for path in one.links("RelatedItem"):
                found.setdefault(key_of(path), []).append(one)
    return found


def _words(one: Resource) -> str:
    return f"{one.id} {one.text('Name') or ''} {one.state() or ''}"
