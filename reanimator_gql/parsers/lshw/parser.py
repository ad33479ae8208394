"""lshw's JSON and XML: the machine, its board and BIOS, CPUs, memory, drives, cards and power supplies.

Written against versions B.02.16 to B.02.20. It states no time of its own. What it covers rests on what it listed:
nothing without the root's serial or UUID (it was not run as root), MEMORY only with a list of banks, STORAGE and NIC
only where it found one, never other cards or power supplies. A NIC without a driver shows no MAC, so then nothing
follows about NICs.
"""

import re

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.lshw import devices, parts
from reanimator_gql.parsers.lshw.tree import Node, nodes_of, without_sku
from reanimator_gql.parsers.lshw.xml import nodes_of_xml
from reanimator_gql.parsers.parser import File, ParseError, Parser, one_by_one
from reanimator_gql.parsers.text import decode, looks_like_json, peek

_CLASS = re.compile(
    r'"class"\s*:\s*"(?:system|bus|memory|processor|bridge|network|storage|disk|volume|display|power|input|generic'
    r'|communication|multimedia|printer|tape|address)"'
)
_ID = re.compile(r'"id"\s*:\s*"')
_OWN_KEY = re.compile(r'"(?:claimed|physid|handle|children)"\s*:')
_XML_NODE = re.compile(r'<node\b(?=[^>]*\bid=")(?=[^>]*\bclass=")')


def _sniff(file: File) -> bool:
    head = peek(file.content)[:4096]
    if head.startswith("<"):
        return _XML_NODE.search(head) is not None
    if not head.startswith(("{", "[")):
        return False
    return all(words.search(head) is not None for words in (_ID, _CLASS, _OWN_KEY))


def _near(file: File) -> str | None:
    head = peek(file.content)
    if looks_like_json(file.content) and _CLASS.search(head):
        return "JSON with some fields of lshw"
    if re.search(r"^ {2}\*-core\b", head, re.MULTILINE):
        return "the text of lshw: run `lshw -json`"
    return None


def _nodes(content: bytes) -> tuple[list[Node], tuple[Warn, ...]]:
    if peek(content).startswith("<"):
        text, warnings = decode(content)
        return nodes_of_xml(text), warnings
    value, warnings = _loads(content)
    return nodes_of(value), warnings


def _loads(content: bytes) -> strict_json.Loaded:
    """Return the JSON; of old versions, which print several roots with commas but without a list, as a list."""
    try:
        return strict_json.loads(content)
    except ParseError as error:
        text = decode(content).text.strip()
        if error.line is None or not text.startswith("{"):
            raise
        try:
            value, warnings = strict_json.loads(f"[{text}]".encode())
        except ParseError:
            raise error from None
        return strict_json.Loaded(value, (*warnings, Warn("", "several roots without a list around them")))


def _parse(content: bytes) -> tuple[Snapshot, ...]:
    nodes, warnings = _nodes(content)
    root, core = _root(nodes), _core(nodes)
    board = parts.board(core)
    items = [
        *([board] if board else []),
        *parts.cpus(nodes),
        *parts.memory(nodes),
        *devices.drives(nodes),
        *devices.cards(nodes),
        *parts.power_supplies(nodes),
    ]
    return (
        Snapshot(
            source=PARSER.name,
            machine=_machine(root, core),
            items=tuple(items),
            coverage=_coverage(root, nodes, items),
            warnings=(*warnings, *_warnings(root, nodes)),
        ),
    )


def _root(nodes: list[Node]) -> Node | None:
    """Return the node of the machine: the first of class system at the top (plug-and-play nodes may follow)."""
    systems = [node for node in nodes if node.parent is None and node.node_class == "system"]
    return next(iter([*filter(_is_named, systems), *systems]), None)


def _core(nodes: list[Node]) -> Node | None:
    return next((node for node in nodes if node.id == "core" and node.node_class == "bus"), None)


def _is_named(root: Node | None) -> bool:
    return root is not None and bool(root.text("serial") or root.setting("uuid"))


def _machine(root: Node | None, core: Node | None) -> MachineIdentifiers:
    board_serial = core.text("serial") if core else None
    if root is None:
        return MachineIdentifiers(board_serial=board_serial)
    return MachineIdentifiers(
        manufacturer=root.text("vendor"),
        product=without_sku(root.text("product"), root.setting("sku")),
        system_serial=root.text("serial"),
        uuid=root.setting("uuid"),
        board_serial=board_serial,
        host_name=root.text("id"),
    )


def _coverage(root: Node | None, nodes: list[Node], items: list[Item]) -> frozenset[ComponentKind]:
    if not _is_named(root):
        return frozenset()
    covered = {ComponentKind.BOARD, ComponentKind.MEMORY, ComponentKind.STORAGE, ComponentKind.NIC}
    if _nics_without_driver(nodes):
        covered.discard(ComponentKind.NIC)
    return frozenset(covered.intersection(item.kind for item in items))


def _nics_without_driver(nodes: list[Node]) -> bool:
    return any(devices.is_nic(node) and not node.claimed and not node.text("serial") for node in nodes)


def _warnings(root: Node | None, nodes: list[Node]) -> list[Warn]:
    warnings = []
    if not _is_named(root):
        warnings.append(
            Warn(
                "",
                "no serial and no UUID of the machine: lshw was not run as root or lists only some classes, so no "
                "removal follows from what it lacks",
            )
        )
    if _nics_without_driver(nodes):
        warnings.append(Warn("", "a network card has no driver and shows no MAC: no removal of NICs follows"))
    return warnings


PARSER = Parser(
    name="lshw",
    version=3,
    expects="the output of `lshw -json` or `lshw -xml` run as root",
    sniff=_sniff,
    parse=one_by_one(_parse),
    near=_near,
)
