"""The wheel carries everything that the package reads beside its code."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

_ROOT = Path(__file__).parents[1]


def test_the_wheel_carries_migrations_documents_and_makers(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(_ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "reanimator_gql/migrations/env.py",
        "reanimator_gql/domain/identity/makers.json",
        *(
            f"reanimator_gql/migrations/versions/{path.name}"
            for path in (_ROOT / "migrations" / "versions").glob("*.py")
        ),
        *(str(path.relative_to(_ROOT)) for path in (_ROOT / "reanimator_gql" / "rest" / "documents").glob("*.graphql")),
    }
    assert wanted <= names
    assert not any(name.startswith("tests/") for name in names)
