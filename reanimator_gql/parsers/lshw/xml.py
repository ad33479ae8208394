"""lshw's XML, made into the same tree as its JSON, with the lines where each node stands.

Old versions print their roots without a list around them, and text that is not UTF-8. The text is read inside one
element of our own, which makes several roots well-formed and a document type (with entities that grow) an error.
"""

import re
from typing import Any
from xml.parsers import expat

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.lshw.tree import Node
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.strict_json import MAX_DEPTH

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPEN, _CLOSE = "<x>", "</x>"
_FIELDS = frozenset(
    {
        "description", "product", "vendor", "physid", "businfo", "logicalname", "dev", "version", "date", "serial",
        "slot", "size", "capacity", "width", "clock",
    }
)  # fmt: skip
MAX_NODES = 20_000
_REMEDY = "send the whole output of `lshw -xml`, as it was printed, or of `lshw -json`"


def nodes_of_xml(text: str) -> list[Node]:
    """Return all nodes in their order, parents first.

    Raises `ParseError` with line and column where the text is no XML or is cut.
    """
    if text.count("<node") > MAX_NODES:
        raise ParseError(f"the XML holds more than {MAX_NODES} nodes", "send the output of one machine")
    builder = _Builder()
    declaration = _DECLARATION.match(text)
    head = declaration.group() if declaration else ""
    body = "\n" * head.count("\n") + _NO_XML.sub("", text[len(head) :])
    try:
        builder.parser.Parse(_OPEN + body + _CLOSE, True)
    except expat.ExpatError as error:
        reason = f"not valid XML, or cut: {expat.ErrorString(error.code)}"
        raise ParseError(reason, _REMEDY, line=error.lineno, column=_column(error)) from None
    if not builder.nodes:
        raise ParseError("the XML holds no node of lshw", _REMEDY)
    return builder.nodes


def _column(error: expat.ExpatError) -> int:
    return max(error.offset - (len(_OPEN) if error.lineno == 1 else 0), 0) + 1


class _Builder:
    """Builds the nodes while the text is read; `open` holds the nodes and the other elements not yet closed."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[tuple[str, Node | None, dict[str, Any]]] = []
        self._values: list[dict[str, Any]] = []
        self._texts: list[str] = []

    def _start(self, name: str, told: dict[str, str]) -> None:
        if len(self._open) > 2 * MAX_DEPTH:
            raise ParseError(f"the XML is nested deeper than {2 * MAX_DEPTH} levels", _REMEDY)
        node = self._node(told) if name == "node" else None
        self._open.append((name, node, told))
        self._texts = []

    def _node(self, told: dict[str, str]) -> Node:
        parent = next((node for _, node, _ in reversed(self._open) if node is not None), None)
        values: dict[str, Any] = {**told}
        node = Node(values, parent, Origin(line=self.parser.CurrentLineNumber))
        if parent is not None:
            parent.children.append(node)
        self.nodes.append(node)
        self._values.append(values)
        return node

    def _text(self, text: str) -> None:
        self._texts.append(text)

    def _end(self, name: str) -> None:
        _, node, told = self._open.pop()
        if node is not None:
            node.origin = Origin(line=node.origin.line, last_line=self.parser.CurrentLineNumber)
            self._values.pop()
        elif self._values:
            _put(self._values[-1], name, told, "".join(self._texts).strip())
        self._texts = []


def _put(values: dict[str, Any], name: str, told: dict[str, str], text: str) -> None:
    """Put an element's value where lshw's JSON has it."""
    if name == "setting" and "id" in told:
        values.setdefault("configuration", {})[told["id"]] = told.get("value", "")
    elif name == "capability" and "id" in told:
        values.setdefault("capabilities", {})[told["id"]] = text or True
    elif name == "logicalname" and text:
        values.setdefault(name, []).append(text)
    elif name in _FIELDS:
        values[name] = text
        if name in {"size", "capacity"} and "units" in told:
            values["units"] = told["units"]
