"""Tables in Markdown whose columns stand under each other, so that they read as well on a terminal."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table whose columns stand under each other; all but texts stand to the right."""
    told = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[place]) for line in [list(heads), *told]) for place in range(len(heads))]
    right = [all(_is_number(line[place]) for line in told) for place in range(len(heads))]
    rule = ["-" * (width - 1) + (":" if right[place] else "-") for place, width in enumerate(widths)]
    return "\n".join("| " + " | ".join(_aligned(line, widths, right)) + " |" for line in [list(heads), rule, *told])


def _aligned(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    return [
        text.rjust(width) if to_right else text.ljust(width)
        for text, width, to_right in zip(line, widths, right, strict=True)
    ]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(",", "").replace(".", "").isdigit()
