"""Reads the files of a bundle into Redfish trees: one for each service root, or for each place that holds resources.

Resources are found by their `@odata.id`, never by file names: captures are nested (`Systems/1/index.json`), flat
(`_redfish_v1_Systems_1.json`) or named at will, and members may be written out inside their collection. File names only
tell trees apart: the nearest service root above a file, else what stands before the part that spells the `@odata.id`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.parser import BadFile, File, ParseError
from reanimator_gql.parsers.redfish.resource import Resource, key_of

_WORDS = re.compile(r"[0-9A-Za-z]+")
_ROOT = "/redfish/v1"
_COPY = re.compile(r"/(?:settings|sd)$")
_INDEX = re.compile(r"(?:[/_]?index)?(?:\.json)?$", re.IGNORECASE)
_ERROR_REMEDY = "fetch the resource again, or leave the file out"


class Read(NamedTuple):
    """What the files gave: the trees in the order of their places, and the files that are no resources."""

    trees: list["Tree"]
    bad: list[BadFile]


@dataclass(slots=True)
class Tree:
    """The resources of one service. `files` are the files that were read for it."""

    place: str
    files: list[str] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)
    _by_key: dict[str, Resource] = field(default_factory=dict)
    _by_type: dict[str, list[Resource]] = field(default_factory=dict)
    _below: dict[str, list[Resource]] = field(default_factory=dict)

    def get(self, path: str) -> Resource | None:
        """Return the resource to which a link leads; None where it leads out of the bundle."""
        return self._by_key.get(key_of(path))

    def of(self, *types: str) -> list[Resource]:
        """Return the resources of some types in the natural order of their paths, without settings copies."""
        return [one for kind in types for one in self._by_type.get(kind, ())]

    def below(self, path: str) -> list[Resource]:
        """Return the resources directly below a path, without settings copies."""
        return self._below.get(key_of(path), [])

    def all(self) -> Iterator[Resource]:
        """Yield all resources, copies too."""
        return iter(self._by_key.values())

    def followed(self, resource: Resource, *way: str) -> list[Resource]:
        """Return the resources to which the links of a field lead, as far as they are in the bundle."""
        found = (self.get(path) for path in resource.links(*way))
        return [one for one in found if one is not None]

    def has_root(self) -> bool:
        """Return whether the service root is in the bundle."""
        return _ROOT in self._by_key

    def close(self, resources: Sequence[Resource]) -> None:
        """Take the resources, one for each path: the richest, then the one of the first file."""
        told: dict[str, list[Resource]] = {}
        for one in resources:
            told.setdefault(one.key, []).append(one)
        chosen = sorted((self._choose(several) for several in told.values()), key=Resource.order)
        self._by_key = {one.key: one for one in chosen}
        copies = {key_of(path) for one in chosen for path in one.links("@Redfish.Settings", "SettingsObject")}
        for one in chosen:
            if one.key not in copies and not _COPY.search(one.key):
                self._by_type.setdefault(one.type, []).append(one)
                self._below.setdefault(key_of(one.parent), []).append(one)

    def _choose(self, several: list[Resource]) -> Resource:
        # A member written out in its collection may be shorter than the resource itself, so that says nothing.
        several.sort(key=lambda one: (bool(one.pointer), -len(one.values), one.file, one.pointer))
        first = several[0]
        whole = [one for one in several if not one.pointer]
        if any(one.values != first.values for one in whole):
            names = ", ".join(one.file or "the file" for one in whole[:3])
            self.warnings.append(
                Warn(first.file, f"{first.path} is told differently by {len(whole)} files ({names}): the first is read")
            )
        return first


class _Document(NamedTuple):
    """One file: the resource that it is, if it is one, and those written out inside it."""

    path: str
    top: Resource | None
    resources: list[Resource]
    before: str | None  # of its path, what stands before the part that spells the `@odata.id`


def read_trees(files: Sequence[File]) -> Read:
    """Return the trees of a bundle, whatever the order of its files."""
    documents, bad, warnings = [], [], []
    for file in sorted(files, key=lambda one: (one.path, one.content)):
        try:
            document, text_warnings = _read(file)
        except ParseError as error:
            bad.append(BadFile(file.path, error))
            continue
        documents.append(document)
        warnings += [Warn(file.path, one.message) for one in text_warnings]
    trees = _grouped(documents)
    if trees:
        trees[0].warnings += warnings
    return Read(trees, bad)


def _read(file: File) -> tuple[_Document, tuple[Warn, ...]]:
    value, warnings = strict_json.loads(file.content)
    if isinstance(value, dict) and "error" in value and "@odata.id" not in value:
        raise ParseError(f"the service answered with an error: {_error_message(value['error'])}", _ERROR_REMEDY)
    resources = list(_resources_in(value, file.path))
    top = next((one for one in resources if not one.pointer), None)
    if not resources and not _is_known_beside(value):
        raise ParseError("the JSON holds no Redfish resource", "each resource needs its `@odata.id`, a path")
    return _Document(file.path, top, resources, _before(file.path, top.path) if top else None), warnings


def _error_message(error: Any) -> str:
    told = [error.get("message"), error.get("code")] if isinstance(error, dict) else [error]
    text = next((one for one in told if isinstance(one, str) and one.strip()), "without words")
    return " ".join(text.split())[:200]


def _is_known_beside(value: Any) -> bool:
    """Return whether this is one of a service's documents that are no resources: registries, schemas, `odata`."""
    if not isinstance(value, dict):
        return False
    context, kind = value.get("@odata.context"), value.get("@odata.type")
    return (isinstance(context, str) and "redfish" in context) or (isinstance(kind, str) and kind.startswith("#"))


def _resources_in(value: Any, file: str) -> Iterator[Resource]:
    """Yield the resource that a document is, and each that is written out inside it, with its place."""
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        one, pointer = waiting.pop()
        if isinstance(one, dict):
            path = one.get("@odata.id")
            if isinstance(path, str) and _is_resource(one, path, pointer):
                yield Resource(one, "/" + path.strip().strip("/"), file, pointer)
            inside: Iterator[tuple[Any, Any]] = iter(one.items())
        elif isinstance(one, list):
            inside = iter(enumerate(one))
        else:
            continue
        waiting += [(inner, f"{pointer}/{_escaped(name)}") for name, inner in inside if isinstance(inner, dict | list)]


def _is_resource(value: Mapping[str, Any], path: str, pointer: str) -> bool:
    if not path.strip().startswith("/") or "#" in path or not path.strip("/ "):
        return False
    # A link may bear a type beside its path; what is written out tells more.
    return not pointer or (len(value) > 3 and ("@odata.type" in value or "Id" in value))


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _before(file: str, path: str) -> str | None:
    """Return what stands before the end of a file's path that spells the resource's path; None if none does.

    ``hostA/redfish/v1/Systems/1/index.json`` and ``hostA/Systems/1.json`` give ``hostA``, ``hostA_Systems_1.json`` too.
    """
    words = [(match.group().casefold(), match.start()) for match in _WORDS.finditer(_INDEX.sub("", file))]
    spelled = [word.casefold() for word in _WORDS.findall(path)]
    for end in (spelled, spelled[2:] if spelled[:2] == ["redfish", "v1"] else []):
        if end and [word for word, _ in words[-len(end) :]] == end:
            return file[: words[-len(end)][1]].rstrip("/_-. ")
    return None


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _is_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _grouped(documents: list[_Document]) -> list[Tree]:
    roots = [one for one in documents if one.top is not None and one.top.key == _ROOT]
    folders = sorted({_folder(one.path) for one in roots}, key=len, reverse=True)
    together: dict[str, list[_Document]] = {}
    for document in documents:
        own = next((folder for folder in folders if _is_in(document.path, folder)), None)
        together.setdefault(_before_or_folder(document) if own is None else own, []).append(document)
    trees = []
    for place in sorted(together):
        for several in _apart(together[place]):
            tree = Tree(place, [one.path for one in several])
            tree.close([resource for one in several for resource in one.resources])
            trees.append(tree)
    return trees


def _before_or_folder(document: _Document) -> str:
    return document.before if document.before is not None else _folder(document.path)


def _apart(documents: list[_Document]) -> list[list[_Document]]:
    """Return the documents of one place, apart by what stands before their paths where those tell of two services.

    So two flat captures in one folder (`hostA_redfish_v1.json`, `hostB_redfish_v1.json`) are two machines.
    """
    parts: dict[str, list[_Document]] = {}
    told: dict[str, tuple[str, Any]] = {}
    contradict = False
    for document in documents:
        before = _before_or_folder(document)
        parts.setdefault(before, []).append(document)
        if document.top is not None:
            other, values = told.setdefault(document.top.key, (before, document.top.values))
            contradict = contradict or (other != before and values != document.top.values)
    return [parts[before] for before in sorted(parts)] if contradict else [documents]
