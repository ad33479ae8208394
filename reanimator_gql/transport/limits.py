"""What a GraphQL document may cost before anybody validates it: bytes, tokens, nesting, depth, aliases, directives.

Each check is linear in the document. They come first because the parser recurses with the nesting, and the rule on
overlapping fields is quadratic in fields of one name. All operations of a document count, not only the one that runs.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Lexer,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    TokenKind,
    parse,
)

MAX_DIRECTIVES = 50
MAX_FRAGMENTS = 100
MAX_PAIRS = 20_000  # pairs of fields that answer to one name: what the rule on overlapping fields compares
MAX_JSON_DEPTH = 100
_OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
_CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one request."""

    body_bytes: int = 32 << 20
    query_bytes: int = 65536
    tokens: int = 2000
    depth: int = 15
    aliases: int = 30
    timeout_s: float = 10.0

    @property
    def nesting(self) -> int:
        """How far brackets, or fragments in fragments, may nest: room for arguments below the deepest field."""
        return self.depth * 3 + 15


class OverLimit(ValueError):
    """The document is too large in some measure; the message names the measure and the bound."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Checked:
    """A document within its limits, and what kind each of its operations is."""

    operations: tuple[tuple[str | None, OperationType], ...]

    def kind(self, name: str | None) -> OperationType | None:
        """Return what kind of operation will run; None where the request does not say which."""
        kinds = [kind for operation, kind in self.operations if name in {None, operation}]
        return kinds[0] if len(kinds) == 1 else None


@lru_cache(256)
def check(query: str, limits: Limits) -> Checked:
    """Check a document. Raises OverLimit and GraphQLSyntaxError."""
    if len(query) > limits.query_bytes or len(query.encode()) > limits.query_bytes:
        raise OverLimit("QUERY_TOO_LARGE", f"the query is larger than {limits.query_bytes} bytes")
    _check_tokens(query, limits)
    document = parse(query, no_location=True)
    _Measure(document, limits).check()
    return Checked(
        tuple(
            (node.name.value if node.name else None, node.operation)
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        )
    )


def _check_tokens(query: str, limits: Limits) -> None:
    """The parser calls itself for each nested bracket, so brackets are counted before it runs."""
    lexer = Lexer(Source(query))
    tokens = nesting = directives = 0
    while (kind := lexer.advance().kind) is not TokenKind.EOF:
        tokens += 1
        nesting += (kind in _OPENING) - (kind in _CLOSING)
        directives += kind is TokenKind.AT
        if tokens > limits.tokens:
            raise OverLimit("QUERY_TOO_LARGE", f"the query has more than {limits.tokens} tokens")
        if nesting > limits.nesting:
            raise OverLimit("QUERY_TOO_DEEP", f"the query nests more than {limits.nesting} brackets")
        if directives > MAX_DIRECTIVES:
            raise OverLimit("QUERY_TOO_LARGE", f"the query has more than {MAX_DIRECTIVES} directives")


class _Measure:
    """Depth and number of fields with every fragment spread in place. A fragment is measured once."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
        self.fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
        self.known: dict[str, tuple[int, int, int]] = {}
        self.names: Counter[str] = Counter()
        self.many_fragments = len(self.fragments)
        self.nesting = 0

    def check(self) -> None:
        sizes = [self.size(node.selection_set) for node in self.operations]
        for name in self.fragments:
            self.fragment(name)
        depth, fields, aliases = (max((size[i] for size in sizes), default=0) for i in range(3))
        aliases = max(aliases, sum(size[2] for size in sizes))
        if depth > self.limits.depth:
            raise OverLimit("QUERY_TOO_DEEP", f"the query is deeper than {self.limits.depth} fields")
        if aliases > self.limits.aliases:
            raise OverLimit("TOO_MANY_ALIASES", f"the query has more than {self.limits.aliases} aliases")
        if fields > self.limits.tokens or self.many_fragments > MAX_FRAGMENTS or self.pairs() > MAX_PAIRS:
            raise OverLimit("QUERY_TOO_LARGE", "the query repeats fields or fragments too often")

    def pairs(self) -> int:
        return sum(count * (count - 1) // 2 for count in self.names.values())

    def size(self, selections: SelectionSetNode | None) -> tuple[int, int, int]:
        """Return depth, fields and aliases."""
        depth = fields = aliases = 0
        self.nesting += 1
        if self.nesting > self.limits.nesting:
            raise OverLimit("QUERY_TOO_DEEP", f"the query nests more than {self.limits.nesting} fields and fragments")
        for below in self._parts(selections):
            depth, fields, aliases = max(depth, below[0]), fields + below[1], aliases + below[2]
        self.nesting -= 1
        return depth, fields, aliases

    def _parts(self, selections: SelectionSetNode | None) -> Iterator[tuple[int, int, int]]:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                self.names[node.alias.value if node.alias else node.name.value] += 1
                depth, fields, aliases = self.size(node.selection_set)
                yield depth + 1, fields + 1, aliases + (node.alias is not None)
            elif isinstance(node, InlineFragmentNode):
                self.many_fragments += 1
                yield self.size(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield self.fragment(node.name.value)

    def fragment(self, name: str) -> tuple[int, int, int]:
        """A fragment inside itself counts nothing here: validation refuses it."""
        if name not in self.known:
            self.known[name] = (0, 0, 0)
            node = self.fragments.get(name)
            self.known[name] = self.size(node.selection_set if node else None)
        return self.known[name]


def too_deep(value: object) -> bool:
    """Whether a JSON value nests deeper than any input of ours."""
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


__all__ = ["Checked", "GraphQLSyntaxError", "Limits", "OverLimit", "check", "too_deep"]
