"""The media type is the client's choice."""

import pytest

from reanimator_gql.transport.negotiate import GRAPHQL, HTML, JSON, choose


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, GRAPHQL),
        ("", GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/*", GRAPHQL),
        ("application/json", JSON),
        ("application/json, text/plain, */*", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json;q=0.9, application/graphql-response+json;q=0.8", JSON),
        ("application/graphql-response+json;q=0, */*;q=0.1", JSON),
        ("application/*;q=0.2, application/graphql-response+json;q=0.1", JSON),
        ("application/json, application/graphql-response+json", JSON),
        ("image/png", None),
        ("*/*;q=0", None),
        ("application/json;q=much", None),
    ],
)
def test_the_offer_that_the_client_likes_best(accept: str | None, expected: str | None) -> None:
    assert choose(accept, [GRAPHQL, JSON]) == expected


def test_a_browser_gets_a_page() -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert choose(accept, [GRAPHQL, JSON, HTML]) == HTML
    assert choose("*/*", [GRAPHQL, JSON, HTML]) == GRAPHQL
