"""Which media type a client wants, from its `Accept` header (RFC 9110, 12.5.1)."""

from collections.abc import Sequence

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that the client likes best; None where it takes none. The client's order breaks ties, then ours.

    No header at all takes the first offer.
    """
    if not accept or not accept.strip():
        return offers[0]
    ranges = [_range(text) for text in accept.split(",")]
    liked = [(*_liking(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    quality, *_, offer = max(liked)
    return offer if quality > 0 else None


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _quality(value.strip())
    return name, 1.0


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _liking(offer: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """The most specific range that matches decides. Returns its quality, and its place for ties."""
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        for place, (name, quality) in enumerate(ranges):
            if name == wanted:
                return quality, -place
    return 0.0, 0
