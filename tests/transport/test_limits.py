"""Hostile documents are refused in time; what clients really send is not."""

import time

import pytest
from graphql import GraphQLSyntaxError, OperationType, get_introspection_query

from reanimator_gql.transport.limits import Limits, OverLimit, check, too_deep

LIMITS = Limits()


def fragments_in_a_chain(count: int) -> str:
    chain = " ".join(f"fragment F{i} on Q {{ ...F{i + 1} }}" for i in range(count))
    return f"{{ ...F0 }} {chain} fragment F{count} on Q {{ a }}"


def doubling(levels: int) -> str:
    """Return fragments that hold the next one twice, below two names."""
    chain = " ".join(f"fragment F{i} on Q {{ a {{ ...F{i + 1} }} b {{ ...F{i + 1} }} }}" for i in range(levels))
    return f"{{ ...F0 }} {chain} fragment F{levels} on Q {{ a }}"


HOSTILE = {
    "a megabyte": ("{a" + " a" * 500_000 + "}", "QUERY_TOO_LARGE"),
    "200 deep": ("{a" * 200 + "}" * 200, "QUERY_TOO_DEEP"),
    "16 deep": ("{a" * 16 + "}" * 16, "QUERY_TOO_DEEP"),
    "nested lists": ("{a(b:" + "[" * 900 + "]" * 900 + ")}", "QUERY_TOO_DEEP"),
    "10,000 aliases": ("{" + " ".join(f"a{i}:a" for i in range(10_000)) + "}", "QUERY_TOO_LARGE"),
    "31 aliases": ("{" + " ".join(f"a{i}:a" for i in range(31)) + "}", "TOO_MANY_ALIASES"),
    "aliases in operations": ("".join(f"query Q{i}{{b:a}}" for i in range(31)), "TOO_MANY_ALIASES"),
    "10,000 fields": ("{" + "a " * 10_000 + "}", "QUERY_TOO_LARGE"),
    "1,000 fields of a name": ("{" + "a " * 1000 + "}", "QUERY_TOO_LARGE"),
    "fields with arguments": ("{" + " ".join(f"a(b:{i})" for i in range(300)) + "}", "QUERY_TOO_LARGE"),
    "10,000 directives": ("{a " + "@skip(if:false)" * 10_000 + "}", "QUERY_TOO_LARGE"),
    "51 directives": ("{a " + "@b" * 51 + "}", "QUERY_TOO_LARGE"),
    "5,000 inline fragments": ("{" + "...{a} " * 5000 + "}", "QUERY_TOO_LARGE"),
    "200 inline fragments": ("{" + "...{a} " * 200 + "}", "QUERY_TOO_LARGE"),
    "a chain of fragments": (fragments_in_a_chain(90), "QUERY_TOO_DEEP"),
    "many fragments": ("{a}" + "".join(f"fragment F{i} on Q{{a}}" for i in range(101)), "QUERY_TOO_LARGE"),
    "doubling fragments": (doubling(14), "QUERY_TOO_LARGE"),
}


@pytest.mark.parametrize(("query", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_at_once(query: str, code: str) -> None:
    started = time.process_time()
    with pytest.raises(OverLimit) as caught:
        check(query, LIMITS)
    assert caught.value.code == code
    assert time.process_time() - started < 0.25


def test_a_document_of_a_megabyte_is_not_looked_at() -> None:
    started = time.process_time()
    with pytest.raises(OverLimit):
        check("{a" + " a" * 500_000 + "}", LIMITS)
    assert time.process_time() - started < 0.05


def test_the_introspection_that_every_tool_sends_passes() -> None:
    assert check(get_introspection_query(), LIMITS).kind(None) is OperationType.QUERY


def test_at_the_bounds_a_document_passes() -> None:
    check("{a" * 15 + "}" * 15, LIMITS)
    check("{" + " ".join(f"a{i}:a" for i in range(30)) + "}", LIMITS)


def test_fragments_that_hold_one_another_are_left_to_validation() -> None:
    check("{...A} fragment A on Q{...B} fragment B on Q{...A}", LIMITS)


def test_the_kind_is_that_of_the_operation_asked_for() -> None:
    checked = check("query A{a} mutation B{b}", LIMITS)
    assert checked.kind("A") is OperationType.QUERY
    assert checked.kind("B") is OperationType.MUTATION
    assert checked.kind(None) is None
    assert checked.kind("C") is None


@pytest.mark.parametrize("query", ["", "{", "{a", '{a(b:"', "\x00"])
def test_what_is_not_graphql_is_a_syntax_error(query: str) -> None:
    with pytest.raises((GraphQLSyntaxError, OverLimit)):
        check(query, LIMITS)


def test_a_value_may_nest_as_deep_as_inputs_do() -> None:
    value: object = 1
    for _ in range(100):
        value = [value]
    assert not too_deep(value)
    assert too_deep({"a": value})
    assert not too_deep(None)
