"""Fuzzing: whatever is uploaded, there are snapshots that can be stored, or a refusal with words, and soon.

    python -m tests.parsers.fuzzing --minutes 10 --seed 1

Uploads are made of seeds by chance, and go the way of an upload: peeled, opened, sniffed, parsed, named, admitted, made
into content; every item's place is looked up again. A failing upload is written into a temporary file, whose path and
traceback are printed; the run goes on, and ends with 1 and a line of figures for each format.
"""

import argparse
import gzip
import io
import random
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

import msgspec
import zstandard

from reanimator_gql.domain.admission import NotAdmitted, admit
from reanimator_gql.domain.snapshot import Item, Snapshot, Warn
from reanimator_gql.parsers.bundle import file_in_bundle, parse_bundle
from reanimator_gql.parsers.limits import MAX_UNPACKED
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.places import text_at
from reanimator_gql.parsers.registry import ParsedBundle, parsers
from reanimator_gql.services.parsing import told_by
from reanimator_gql.store.content import content_of
from tests.parsers.archive_files import tar, zipped
from tests.parsers.fuzz_mutations import bytes_changed, mutated
from tests.parsers.fuzz_seeds import Seed, own_seeds, seeds

SECONDS = 2.0
ASSET = "FUZZTAG7"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_PLACES = 40
_SHOWN = 20


@dataclass(slots=True)
class Figures:
    """What the runs over the uploads of one format gave."""

    runs: int = 0
    refused: int = 0
    not_admitted: int = 0
    snapshots: int = 0
    items: int = 0
    slowest: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Fuzz:
    """One run: its chance, its seeds and what it found so far. `report` gets the words of each new kind of failure."""

    number: int
    seeds: Sequence[Seed]
    report: Callable[[str], None] = print
    figures: dict[str, Figures] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def run(self, seconds: float) -> int:
        """Try uploads for some time of the clock; return how many failed."""
        end = time.monotonic() + seconds
        count = 0
        while time.monotonic() < end:
            # Each upload has a chance of its own: one of them can be made again without those before it.
            self.one(f"{self.number}.{count}")
            count += 1
        return sum(figures.failures for figures in self.figures.values())

    def one(self, name: str) -> None:
        """Try the upload of this name."""
        name_of_format, upload = upload_of(random.Random(name), self.seeds)
        figures = self.figures.setdefault(name_of_format, Figures())
        figures.runs += 1
        start = time.process_time()
        try:
            _try(random.Random(name), upload, figures)
        except Exception as error:
            self._failed(name, name_of_format, upload, error)
        figures.slowest = max(figures.slowest, time.process_time() - start)

    def _failed(self, name: str, name_of_format: str, upload: bytes, error: Exception) -> None:
        """Keep the bytes of a failure, the first of its kind."""
        self.figures[name_of_format].failures += 1
        steps = traceback.extract_tb(error.__traceback__)
        kind = f"{type(error).__name__} {[(step.filename, step.lineno) for step in steps[-2:]]}"
        if kind in self.known:
            return
        self.known.add(kind)
        with tempfile.NamedTemporaryFile(prefix=f"fuzz-{name_of_format}-{name}-", delete=False) as kept:
            kept.write(upload)
        told = "".join(traceback.format_exception(error))
        self.report(f"FAILED {name_of_format} {name}: {len(upload)} bytes in {kept.name}\n{told[-6_000:]}")

    def lines(self) -> Iterator[str]:
        """Yield a line of figures for each format."""
        for name, one in sorted(self.figures.items()):
            yield (
                f"{name:14} {one.runs:7} runs {one.refused:7} refused {one.not_admitted:6} not admitted "
                f"{one.snapshots:7} snapshots {one.items:9} items  slowest {one.slowest:5.2f} s {one.failures:4} failed"
            )


def upload_of(chance: random.Random, all_seeds: Sequence[Seed]) -> tuple[str, bytes]:
    """Return the name of a format, or `mixed`, and the bytes of an upload of it."""
    by_format: dict[str, list[Seed]] = {}
    for seed in all_seeds:
        by_format.setdefault(seed.format, []).append(seed)
    chosen = chance.choice(by_format[chance.choice(sorted(by_format))])
    if list(chosen.files) == [""] and chance.random() < 0.8:
        return chosen.format, _wrapped(chance, mutated(chance, chosen.files[""]))
    files = _some_changed(chance, chosen)
    if mixed := chance.random() < 0.3:
        for number, other in enumerate(chance.sample(all_seeds, 2)):
            files |= {f"{number}/{path}": content for path, content in _some_changed(chance, other).items()}
    archive = tar(files) if chance.random() < 0.5 else zipped({_plain(path): files[path] for path in files})
    if chance.random() < 0.15:
        archive = bytes_changed(chance, archive)
    return "mixed" if mixed else chosen.format, _wrapped(chance, archive)


def _some_changed(chance: random.Random, seed: Seed) -> dict[str, bytes]:
    """Return the files of a seed, a few of them changed, missing, or moved to another path."""
    files = {path or f"out.{seed.format}": content for path, content in seed.files.items()}
    for path in chance.sample(sorted(files), min(len(files), chance.choice((1, 1, 2, 5, 30)))):
        content = files.pop(path)
        if chance.random() < 0.9:
            moved = chance.choice((path.upper(), f"a/{path}", "\udcff", f"{path}\u202e.txt"))
            files[path if chance.random() < 0.9 else moved] = mutated(chance, content)
    return files


def _plain(path: str) -> str:
    """Return a path that a zip can bear: other bytes than UTF-8 stand in a tar only."""
    return path.encode("utf-8", "replace").decode()


def _wrapped(chance: random.Random, content: bytes) -> bytes:
    kind = chance.randrange(20)
    if kind == 0:
        return gzip.compress(content, 1, mtime=0)
    if kind == 1:
        return bytes_changed(chance, gzip.compress(content, 1, mtime=0))
    return zstandard.compress(content, 1) if kind == 2 else content


def _try(chance: random.Random, upload: bytes, figures: Figures) -> None:
    """Let an upload go its way; raise whatever is a fault."""
    _check_sniffing(upload)
    start = time.process_time()
    try:
        with closing(peel(io.BytesIO(upload), limit=MAX_UNPACKED).file) as file:
            parsed = parse_bundle(file, chance.choice((None, "log\u202e.json")))
            used = time.process_time() - start
            _check_places(file, parsed)
    except ParseError as error:
        used = time.process_time() - start
        figures.refused += 1
        _check_words(error.reason, error.remedy, str(error))
    else:
        _check_parsed(parsed)
        _check_admission(chance, parsed, figures)
    assert used < SECONDS, f"it took {used:.2f} s"


def _check_sniffing(upload: bytes) -> None:
    """Every parser looks at the bytes, whatever they are, under several names."""
    for path in ("", "sys/class/dmi/id/product_serial", "redfish/v1/Systems/1/index.json"):
        for parser in parsers():
            assert isinstance(parser.sniff(File(path, upload)), bool)
            hint = parser.near(File(path, upload))
            assert hint is None or hint.encode()


def _check_words(*texts: str) -> None:
    for text in texts:
        assert text.encode(), "a refusal without words"
        assert "\n" not in text, f"a refusal of several lines: {text[:200]!r}"


def _check_parsed(parsed: ParsedBundle) -> None:
    refused = {warning.path for warning in parsed.warnings if warning.message.startswith("not read")}
    _check_warnings(parsed.warnings)
    for _, _, snapshot in parsed.snapshots:
        _check_warnings(snapshot.warnings)
        assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot
        for item in snapshot.items:
            _check_item(item)
            assert item.origin is not None
            assert item.origin.file not in refused, f"an item of a file that was refused: {item.origin.file!r}"


def _check_warnings(warnings: Sequence[Warn]) -> None:
    for warning in warnings:
        _ = warning.path.encode(), warning.message.encode()


def _check_item(item: Item) -> None:
    """Check what msgspec writes whatever the type: fields of the wrong one."""
    for name in ("list", "slot", "serial", "vendor", "model", "part_number", "firmware", "uuid", "wwn"):
        value = getattr(item, name)
        assert value is None or isinstance(value, str), name
        assert value != "" or name == "list", f"an empty {name}"
    for name in ("link_width", "max_link_width", "max_link_speed_gts"):
        value = getattr(item, name)
        assert value is None or (value > 0 and not isinstance(value, bool)), name
    assert all(isinstance(key, str) for key in [*item.attributes, *item.telemetry])


def _check_places(file: IO[bytes], parsed: ParsedBundle) -> None:
    """Look up where items stand: each place is in the upload."""
    items = [item for one in parsed.snapshots for item in one.snapshot.items]
    contents: dict[str, bytes | None] = {}
    for item in items[:: max(1, len(items) // _PLACES)]:
        assert item.origin is not None
        path = item.origin.file
        if path not in contents and len(contents) < 5:
            contents[path] = file_in_bundle(file, path)
        if path in contents:
            content = contents[path]
            assert content is not None, f"no file {path!r}"
            assert text_at(content, item.origin) is not None, f"nothing at {item.origin}"


def _check_admission(chance: random.Random, parsed: ParsedBundle, figures: Figures) -> None:
    asset = ASSET if chance.random() < 0.5 else None
    with suppress(NotAdmitted):
        for one in told_by(parsed, asset):
            figures.snapshots += 1
            figures.items += len(one.snapshot.items)
            try:
                standing, _ = admit(one.snapshot, asset, NOW if chance.random() < 0.7 else None)
            except NotAdmitted as error:
                figures.not_admitted += 1
                _check_words(error.reason, error.remedy)
            else:
                assert content_of(standing).inventory


def main() -> int:
    """Run as the command line says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--own", action="store_true", help="begin with the tests' own texts only")
    told = options.parse_args()
    fuzz = Fuzz(told.seed, own_seeds() if told.own else seeds())
    failed = fuzz.run(told.minutes * 60)
    print("\n".join(fuzz.lines()))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
