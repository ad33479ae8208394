"""From one uploaded file to what the parsers read in it: wrappers are peeled, archives opened, all within limits.

Only what some parser recognises is held in memory, everything else is passed by as it streams past. Files of one path
and different bytes are not read: which one counts would be a guess.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers import registry
from reanimator_gql.parsers.archives import DAMAGED, Body, Member, archive_of, members_of
from reanimator_gql.parsers.limits import MAX_DEPTH, MAX_FILE, MAX_UNPACKED, Budget, OverLimit
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.peel import IN_MEMORY, TooLarge, beginning, layer_of, peel
from reanimator_gql.parsers.registry import ParsedBundle

_STEP = 1 << 16
_REMEDY = "send the outputs of tools, each as the tool wrote it"


def parse_bundle(file: IO[bytes], filename: str | None = None) -> ParsedBundle:
    """Return what the parsers read in a peeled upload. Raises ParseError; `filename` is for words only."""
    try:
        files, warnings = _Opened().files(file)
    except ParseError as error:
        raise registry.about(filename, error) from None
    if not files:
        raise registry.about(filename, _nothing_in(warnings))
    parsed = registry.parse(files, filename=filename)
    return parsed._replace(warnings=(*registry.most(warnings), *parsed.warnings))


def file_in_bundle(file: IO[bytes], path: str) -> bytes | None:
    """Return the bytes of one file of a peeled upload: None where there is none of that path. Raises ParseError."""
    files, _ = _Opened(wanted=path).files(file)
    return next((one.content for one in files if one.path == path), None)


def _nothing_in(warnings: list[Warn]) -> ParseError:
    first = warnings[0] if warnings else Warn("", "it is empty")
    others = f"; so with {len(warnings) - 1} others" if len(warnings) > 1 else ""
    about_first = f"{first.path}: {first.message}" if first.path else first.message
    return ParseError(f"the archive holds nothing that is read ({about_first.rstrip('.')}{others})", _REMEDY)


class _Opened:
    """One upload while it is opened."""

    def __init__(self, wanted: str | None = None) -> None:
        self._budget = Budget()
        self._wanted = wanted
        self._files: dict[str, File] = {}
        self._seen: dict[str, bytes] = {}
        self._warnings: list[Warn] = []

    def files(self, file: IO[bytes]) -> tuple[list[File], list[Warn]]:
        """Return the files in an upload that a parser takes (or the wanted one), and what was wrong with the others."""
        if kind := archive_of(beginning(file)):
            self._archive(file, kind, "", 1)
        else:
            self._single(file)
        return list(self._files.values()), self._warnings

    def _single(self, file: IO[bytes]) -> None:
        file.seek(0)
        content = file.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise OverLimit(f"the file is larger than {MAX_FILE} bytes", "send the output of one tool on one machine")
        self._files[""] = File("", content)

    def _archive(self, file: IO[bytes], kind: str, prefix: str, depth: int) -> None:
        for told in members_of(file, kind, self._budget):
            if isinstance(told, Warn):
                self._warnings.append(Warn(prefix + told.path, told.message))
                continue
            path = prefix + told.path
            try:
                self._member(told, path, depth)
            except OverLimit:
                raise
            except ParseError as error:
                self._warnings.append(Warn(path, f"not read: {error}"))
            except DAMAGED as error:
                self._warnings.append(Warn(path, f"not read: it is cut or damaged ({str(error)[:100]})"))

    def _member(self, member: Member, path: str, depth: int) -> None:
        with closing(member.open()) as body:
            head = body.read(_STEP)
            self._budget.unpack(len(head))
            if layer_of(head) or archive_of(head[:512]):
                self._packed(body, head, path, depth)
            else:
                self._plain(body, head, path)

    def _plain(self, body: Body, head: bytes, path: str) -> None:
        pieces = [head, *self._rest(body, MAX_FILE)]
        content = b"".join(pieces)
        if len(content) > MAX_FILE:
            self._warnings.append(Warn(path, f"not read: it is larger than {MAX_FILE} bytes"))
            return
        self._add(File(path, content))

    def _packed(self, body: Body, head: bytes, path: str, depth: int) -> None:
        """Open an archive or a compressed file inside an archive."""
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            spool.write(head)
            for piece in self._rest(body, MAX_UNPACKED):
                spool.write(piece)
            try:
                inner = peel(spool, limit=MAX_UNPACKED - self._budget.unpacked).file
            except TooLarge as error:
                raise OverLimit(error.reason, error.remedy) from None
            with closing(inner):
                self._inner(inner, path, depth)

    def _inner(self, inner: IO[bytes], path: str, depth: int) -> None:
        kind = archive_of(beginning(inner))
        if kind is None:
            inner.seek(0)
            self._plain(inner, b"", path)
        elif depth == MAX_DEPTH:
            self._warnings.append(Warn(path, f"not read: archives are opened to a depth of {MAX_DEPTH}"))
        else:
            self._archive(inner, kind, f"{path}/", depth + 1)

    def _rest(self, body: Body, limit: int) -> Iterator[bytes]:
        """Yield the rest of a member in pieces; a little more than `limit` at most."""
        given = 0
        while given <= limit and (piece := body.read(_STEP)):
            given += len(piece)
            self._budget.unpack(len(piece))
            yield piece

    def _add(self, file: File) -> None:
        digest = hashlib.sha256(file.content).digest()
        if (known := self._seen.setdefault(file.path, digest)) != digest:
            self._files.pop(file.path, None)
            self._warnings.append(Warn(file.path, "not read: the archive holds several files of this path"))
        elif known is digest and self._is_wanted(file):
            self._budget.keep(len(file.content))
            self._files[file.path] = file

    def _is_wanted(self, file: File) -> bool:
        if self._wanted is not None:
            return file.path == self._wanted
        if registry.recognised(file):
            return True
        if len(self._warnings) < registry.MAX_WARNINGS:
            self._warnings.append(registry.not_known(file))
        else:
            self._warnings.append(Warn(file.path, "not read: no known format"))  # it will not be shown
        return False
