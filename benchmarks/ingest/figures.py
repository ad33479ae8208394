"""Medians and 95th percentiles of what repeats cost."""

from collections.abc import Callable, Sequence
from statistics import median, quantiles

from benchmarks.ingest.costs import Group
from benchmarks.ingest.stages import Cost


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value that 19 of 20 do not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1]


def of(group: Group, value: Callable[[Cost], float]) -> list[float]:
    """Return a value of each cost of a group."""
    return [value(cost) for cost in group.costs]
