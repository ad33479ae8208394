"""The tree of lshw: its nodes with their parents, and what the values in a node are.

lshw translates descriptions to the user's language, so nodes are known by `id` and `class`, never by description
alone, and descriptions are no content.
"""

import re
from collections.abc import Iterator
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.json_values import whole
from reanimator_gql.parsers.parser import ParseError

_NUMERIC_IDS = re.compile(r"\s*\[[0-9a-f]{1,4}(?::[0-9a-f]{1,4})?\]$", re.IGNORECASE)


def without_sku(product: str | None, sku: str | None = None) -> str | None:
    """Return the machine's product without the SKU that lshw puts behind it in brackets, whatever the BIOS wrote there.

    Where the SKU is not told apart, only what calls itself one, or is a fake value, is cut.
    """
    if not product or not product.endswith(")"):
        return product
    if sku and product.endswith(f" ({sku})"):
        return product.removesuffix(f" ({sku})").strip() or product
    name, _, told = product[:-1].rpartition("(")
    is_sku = told.startswith("SKU") or normal.value(told) is None
    return name.strip() or product if is_sku else product


class Node:
    """One node of the tree, and the node above it."""

    __slots__ = ("_values", "children", "origin", "parent")

    def __init__(self, values: dict[str, Any], parent: "Node | None", origin: Origin) -> None:
        self._values = values
        self.parent = parent
        self.origin = origin
        self.children: list[Node] = []

    @property
    def id(self) -> str:
        """The id without its number: ``bank`` of ``bank:3``."""
        return (self.text("id") or "").partition(":")[0]

    @property
    def node_class(self) -> str:
        """The class: system, bus, memory, processor, disk, storage, network, ..."""
        return self.text("class") or ""

    @property
    def claimed(self) -> bool:
        """Whether a driver serves the device."""
        return _is_yes(self._values.get("claimed"))

    @property
    def disabled(self) -> bool:
        """Whether lshw calls the device disabled: a network port that is down is, too."""
        return _is_yes(self._values.get("disabled"))

    def text(self, name: str) -> str | None:
        """Return a text value; None where it is missing, empty or no text."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> int | None:
        """Return a whole number, whether told as 12, 12.0 or "12"."""
        return whole(self._values, name)

    def setting(self, name: str) -> str | None:
        """Return a value of the node's `configuration`, as text."""
        configuration = self._values.get("configuration")
        value = configuration.get(name) if isinstance(configuration, dict) else None
        return str(value) if isinstance(value, str | int | float) and value != "" else None

    def setting_number(self, name: str) -> int | None:
        """Return a whole number of the node's `configuration`."""
        return whole(self.setting(name))

    def can(self, name: str) -> bool:
        """Return whether the node's `capabilities` name this one."""
        return name in self.capabilities()

    def capabilities(self) -> dict[str, Any]:
        """Return the node's `capabilities` by their names."""
        told = self._values.get("capabilities")
        return told if isinstance(told, dict) else {}

    def names(self) -> list[str]:
        """Return the kernel's names of the device (`logicalname`, a text or a list)."""
        value = self._values.get("logicalname")
        told = value if isinstance(value, list) else [value]
        return [name for name in told if isinstance(name, str) and name]

    def model(self) -> str | None:
        """Return the product without the numeric ids that `lshw -numeric` adds."""
        return self._named("product")

    def vendor(self) -> str | None:
        """Return the maker without the numeric id that `lshw -numeric` adds."""
        return self._named("vendor")

    def _named(self, name: str) -> str | None:
        value = self.text(name)
        return (_NUMERIC_IDS.sub("", value) or None) if value else None

    def ancestors(self) -> Iterator["Node"]:
        """Yield the node above, the one above that, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def nodes_of(value: Any) -> list[Node]:
    """Return all nodes of lshw's JSON in its order, parents first. The root may be an object or a list."""
    in_list = isinstance(value, list)
    waiting: list[tuple[Any, Node | None, str]] = (
        [(one, None, f"/{number}") for number, one in enumerate(value)] if in_list else [(value, None, "")]
    )
    waiting.reverse()
    found: list[Node] = []
    while waiting:
        values, parent, pointer = waiting.pop()
        if not isinstance(values, dict):
            raise ParseError("a node of lshw is no JSON object", "send the output of `lshw -json`", path=pointer or "/")
        node = Node(values, parent, Origin(pointer=pointer))
        found.append(node)
        if parent is not None:
            parent.children.append(node)
        waiting.extend(reversed(_children(values, node, pointer)))
    return found


def _children(values: dict[str, Any], node: Node, pointer: str) -> list[tuple[Any, Node | None, str]]:
    children = values.get("children")
    if children is None:
        return []
    if not isinstance(children, list):
        remedy = "send the output of `lshw -json`"
        raise ParseError("`children` of a node of lshw is no list", remedy, path=pointer or "/")
    return [(child, node, f"{pointer}/children/{number}") for number, child in enumerate(children)]


def _is_yes(value: Any) -> bool:
    return value is True or value == "true"
