"""Uploads made by chance: a short run of `fuzzing` each time, and a long one where there is time for it."""

import random

import pytest

from tests.parsers.archive_files import read, tar
from tests.parsers.fuzz_seeds import Seed, own_seeds, seeds
from tests.parsers.fuzzing import Fuzz, upload_of

pytestmark = pytest.mark.thorough

SECONDS = 6
LONG_SECONDS = 300


def fuzzed(number: int, chosen: list[Seed], seconds: float) -> list[str]:
    """Return the words of each kind of failure that uploads of some seconds show."""
    told: list[str] = []
    fuzz = Fuzz(number, chosen, told.append)
    fuzz.run(seconds)
    print("\n".join(fuzz.lines()))
    return told


def test_uploads_made_by_chance_are_read_or_refused() -> None:
    assert fuzzed(1, own_seeds(), SECONDS) == []


@pytest.mark.slow
def test_uploads_made_by_chance_for_minutes_are_read_or_refused() -> None:
    assert fuzzed(random.SystemRandom().randrange(10**6), seeds(), LONG_SECONDS) == []


def test_each_own_seed_is_read_as_it_stands() -> None:
    for name, files in own_seeds():
        bundle = read(files[""] if list(files) == [""] else tar(files))
        assert bundle.formats == (name,)
        assert bundle.warnings == ()


def test_an_upload_is_made_again_by_its_name() -> None:
    chosen = own_seeds()
    for number in range(20):
        assert upload_of(random.Random(f"1.{number}"), chosen) == upload_of(random.Random(f"1.{number}"), chosen)
