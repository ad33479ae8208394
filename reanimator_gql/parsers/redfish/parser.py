"""Redfish: the resources of management controllers, as files of one bundle; one snapshot a machine.

A tree (a service root and what lies under it) may hold several machines, a bundle several trees. Resources without a
system are one snapshot without a machine. Redfish states no time of collection: the dates inside are those of clocks,
resets and inventories. What is covered is decided by whole collections (`redfish_coverage`).
"""

from collections.abc import Iterable, Sequence

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.redfish import board, compute, hpe, network, pcie, power, storage
from reanimator_gql.parsers.redfish.coverage import Whole, coverage, missing_members
from reanimator_gql.parsers.redfish.firmware import add_versions
from reanimator_gql.parsers.redfish.identifiers import identifiers
from reanimator_gql.parsers.redfish.join import joined
from reanimator_gql.parsers.redfish.machine import Estate
from reanimator_gql.parsers.redfish.owners import deal, warnings_of
from reanimator_gql.parsers.redfish.resource import Resource
from reanimator_gql.parsers.redfish.tale import Tale, item_of
from reanimator_gql.parsers.redfish.tree import Tree, read_trees
from reanimator_gql.parsers.text import decode, looks_like_json, peek

_MARKS = ('"@odata.', '"@Message.ExtendedInfo"')


def _sniff(file: File) -> bool:
    if not looks_like_json(file.content):
        return False
    head = peek(file.content)
    # The id may be the last field of a large resource: one search through the bytes is cheap.
    return any(mark in head for mark in _MARKS) or any(mark in decode(file.content).text for mark in _MARKS)


def _near(file: File) -> str | None:
    return "JSON with OData marks, but no Redfish resource" if '"@odata' in peek(file.content) else None


def _parse(files: Sequence[File]) -> Reading:
    trees, bad = read_trees(files)
    snapshots = [snapshot for tree in trees for snapshot in _snapshots(tree)]
    if not snapshots:
        bad += [BadFile(path, _nothing()) for tree in trees[:1] for path in tree.files[:1]]
    return Reading(tuple(snapshots), tuple(bad))


def _nothing() -> ParseError:
    return ParseError(
        "the Redfish resources tell of no machine and no part",
        "send the ComputerSystem with its collections: Processors, Memory, Storage, and those of its Chassis",
    )


def _snapshots(tree: Tree) -> list[Snapshot]:
    estate = Estate(tree)
    tales = _tales(estate)
    add_versions(tales, tree)
    warnings = (*tree.warnings, *_missing(tree))
    if not estate.machines:
        items = tuple(item_of(cluster) for cluster in joined(tales))
        empty = MachineIdentifiers()
        return [_snapshot(empty, items, set(), warnings)] if items else []
    dealt = deal(tales, estate)
    kinds = {tale.kind for tale in dealt.unowned if tale.present}
    warnings = (*warnings, *warnings_of(dealt.unowned))
    snapshots, whole = [], Whole(tree)
    for machine in estate.machines:
        items = tuple(item_of(cluster) for cluster in joined(dealt.owned.get(machine.key, ())))
        covered = coverage(estate, machine, items, kinds, whole)
        # What is said of the tree is said once, with its first machine.
        told = warnings if machine is estate.machines[0] else ()
        snapshots.append(_snapshot(identifiers(estate, machine), items, covered, told))
    return snapshots


def _snapshot(
    machine: MachineIdentifiers, items: tuple[Item, ...], covered: Iterable[ComponentKind], warnings: tuple[Warn, ...]
) -> Snapshot:
    return Snapshot(source=PARSER.name, machine=machine, items=items, coverage=frozenset(covered), warnings=warnings)


def _tales(estate: Estate) -> list[Tale]:
    """Return what all resources of a tree tell of parts."""
    tree = estate.tree
    drives = storage.drives(tree)
    serials = {serial for tale in drives if (serial := tale.normal_serial())}
    ports = network.Ports(tree)
    tales = [
        *board.boards(estate),
        *board.other_boards(tree),
        *board.bmcs(estate),
        *board.trusted_modules(tree),
        *board.backplanes(estate),
        *compute.processors(tree),
        *compute.memory(tree),
        *drives,
        *storage.controllers(tree, ports, serials),
        *network.adapters(tree, ports),
        *network.interfaces(tree),
        *power.power_supplies(tree),
        *power.fans(tree),
        *power.batteries(tree),
        *pcie.devices(tree),
        *hpe.devices(tree),
        *hpe.pci_devices(tree),
        *pcie.empty_slots(tree),
    ]
    return [tale for tale in tales if not estate.is_unreal(tale.resource)]


def _missing(tree: Tree) -> list[Warn]:
    """Return one warning for all members of collections of hardware that are not in the bundle."""
    collections = [one for one in tree.all() if isinstance(one.raw("Members"), list) and _lists_hardware(one)]
    missing = [(one, path) for one in collections for path in missing_members(one, tree)]
    if not missing:
        return []
    first, path = missing[0]
    told = f"{len(missing)} members of collections are not in the bundle, the first: {path[:200]}"
    return [Warn(first.file, f"{told}; no removal follows of parts that such collections list")]


def _lists_hardware(collection: Resource) -> bool:
    return collection.key.rpartition("/")[2] in _HARDWARE


_HARDWARE = frozenset(
    {
        "arraycontrollers",
        "chassis",
        "controllers",
        "diskdrives",
        "drives",
        "managers",
        "memory",
        "networkadapters",
        "pciedevices",
        "powersupplies",
        "processors",
        "simplestorage",
        "storage",
        "systems",
    }
)

PARSER = Parser(
    name="redfish",
    version=1,
    expects="resources of a Redfish service, each a JSON object with its `@odata.id`",
    sniff=_sniff,
    parse=_parse,
    near=_near,
)
