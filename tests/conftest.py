"""Fixtures by concern live in tests/fixtures; this file names them and sets the profiles of hypothesis."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [f"tests.fixtures.{name}" for name in ("mariadb", "databases", "world", "ways")]

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("default", max_examples=100, derandomize=True, **_COMMON)
settings.register_profile("quick", max_examples=20, derandomize=True, **_COMMON)
settings.register_profile("long", max_examples=5_000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
