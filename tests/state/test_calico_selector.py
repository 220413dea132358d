"""Selectors of Calico. What they mean is Calico's: docs.tigera.io, "Selectors"; libcalico-go, lib/selector."""

import random

import pytest

from podpath.policy.calico_match import EndpointLabels, holds
from podpath.state.calico_selector import (
    DEEPEST,
    LONGEST,
    All,
    Among,
    Both,
    Either,
    Expression,
    Global,
    Has,
    Like,
    Not,
    both,
    over,
    parse,
    write,
)
from tests.seeds import fresh_seed

SEED = fresh_seed()


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("role == 'db'", [{"role": "db"}], [{}, {"role": "web"}, {"other": "db"}]),
        ('role=="db"', [{"role": "db"}], [{"role": "d"}]),
        ("role != 'db'", [{"role": "web"}, {}], [{"role": "db"}]),
        ("has(role)", [{"role": ""}], [{}]),
        ("!has( role )", [{}], [{"role": "x"}]),
        ("!!has(role)", [{"role": "x"}], [{}]),
        ("role in {'a', \"b\"}", [{"role": "a"}, {"role": "b"}], [{}, {"role": "c"}]),
        ("role not in { 'a' }", [{}, {"role": "b"}], [{"role": "a"}]),
        ("role in {}", [], [{}, {"role": "a"}]),
        ("role contains 'b'", [{"role": "abc"}], [{}, {"role": "ac"}]),
        ("role starts with 'b'", [{"role": "bc"}], [{}, {"role": "ab"}]),
        ("role startswith 'b'", [{"role": "bc"}], [{"role": "ab"}]),
        ("role ends with 'b'", [{"role": "ab"}], [{}, {"role": "bc"}]),
        ("all()", [{}, {"a": "b"}], []),
        ("global()", [{}, {"a": "b"}], []),
        ("", [{}, {"a": "b"}], []),
        (" \t", [{}], []),
        ("a == '1' && b == '2' || c == '3'", [{"a": "1", "b": "2"}, {"c": "3"}], [{"a": "1"}, {"b": "2"}]),
        ("a == '1' && (b == '2' || c == '3')", [{"a": "1", "c": "3"}], [{"c": "3"}]),
        ("! a == '1' && b == '2'", [{"b": "2"}], [{"a": "1", "b": "2"}]),
        ("!(a == '1' || has(b))", [{}], [{"a": "1"}, {"b": ""}]),
        ('a == "it\'s" && b == \'say "x"\'', [{"a": "it's", "b": 'say "x"'}], [{}]),
        ("kubernetes.io/metadata.name == 'x'", [{"kubernetes.io/metadata.name": "x"}], [{}]),
        ("in in {'in'} && has == 'all' && all != 'x'", [{"in": "in", "has": "all"}], [{"in": "in"}]),
    ],
)
def test_a_selector_selects_what_calico_says(text: str, yes: list[dict[str, str]], no: list[dict[str, str]]) -> None:
    """Of endpoints all of whose labels are known."""
    found = parse(text)
    assert all(holds(found, EndpointLabels(labels)) is True for labels in yes)
    assert all(holds(found, EndpointLabels(labels)) is False for labels in no)


@pytest.mark.parametrize(
    "text",
    [
        "role", "role ==", "role == db", "'a' == role", "role = 'x'", "a == 'x' &", "a == 'x' &&", "a == 'x' ||", "(", ")", "()",
        "(a == 'x'", "a == 'x')", "has()", "has(a", "all(", "role in 'a'", "role in {'a'", "role in {'a' 'b'}", "role in {,}",
        "role starts 'a'", "role not 'a'", "a b", "!", "%", "'open", '"open\'', "a == 'x' b == 'y'", "a == 'x'\n|| b", "has(ä)",
        "(" * (DEEPEST + 1) + "all()" + ")" * (DEEPEST + 1), "a == '" + "x" * LONGEST + "'", "(" * LONGEST, "!" * LONGEST,
    ],
)  # fmt: skip
def test_what_is_no_selector_is_refused(text: str) -> None:
    """And what is too large to be one, without ado."""
    with pytest.raises(ValueError, match="a selector"):
        parse(text)


def made(chance: random.Random, depth: int = 4) -> Expression:
    """Return a random selector."""
    key, values = chance.choice("abcd"), tuple(dict.fromkeys(chance.choices(["", "1", "2", "it's", 'a "b"', "12"], k=3)))
    if depth == 0 or chance.random() < 0.3:
        leaves: list[Expression] = [
            All(), Global(), Has(key), Among(key, values[: chance.randrange(len(values) + 1)], chance.random() < 0.5),
            Like(key, chance.choice(["contains", "starts with", "ends with"]), values[0]),
        ]  # fmt: skip
        return chance.choice(leaves)
    parts = tuple(made(chance, depth - 1) for _ in range(chance.randrange(2, 4)))
    joined: list[Expression] = [Not(parts[0]), Both(parts), Either(parts)]
    return chance.choice(joined)


def plainly(expression: Expression, labels: dict[str, str]) -> bool:
    """Say it once more, in another way: with sets of Python and no third value."""
    if isinstance(expression, (All, Global)):
        return True
    if isinstance(expression, Has):
        return expression.key in labels
    if isinstance(expression, Among):
        return ({labels[expression.key]} <= set(expression.values) if expression.key in labels else False) == expression.wanted
    if isinstance(expression, Like):
        text = labels.get(expression.key)
        tests = {"contains": str.__contains__, "starts with": str.startswith, "ends with": str.endswith}
        return text is not None and bool(tests[expression.how](text, expression.value))
    if isinstance(expression, Not):
        return not plainly(expression.inner, labels)
    found = [plainly(part, labels) for part in expression.parts]
    return all(found) if isinstance(expression, Both) else any(found)


def test_what_is_written_is_read_as_the_same_and_means_the_same() -> None:
    """Random selectors, on random labels."""
    chance = random.Random(SEED)
    for _ in range(500):
        selector = made(chance)
        text = write(selector)
        again = parse(text)
        assert write(again) == write(parse(write(again))), f"PODPATH_SEED={SEED}: {text}"
        for _ in range(5):
            labels = {key: chance.choice(["", "1", "2", "12", "it's"]) for key in "abcd" if chance.random() < 0.6}
            assert holds(again, EndpointLabels(labels)) is plainly(selector, labels), f"PODPATH_SEED={SEED}: {text} on {labels}"


def test_an_unknown_label_is_unknown_only_where_it_decides() -> None:
    """Whatever its value is, the answer is the one that is given."""
    chance = random.Random(SEED)
    for _ in range(300):
        selector = made(chance, 3)
        labels = {key: chance.choice(["", "1", "12"]) for key in "abc" if chance.random() < 0.7}
        answers = {plainly(selector, {**labels, **more}) for more in ({}, {"d": ""}, {"d": "1"}, {"d": "12"}, {"d": "it's"})}
        said = holds(selector, EndpointLabels(labels, ("d",)))
        assert said is None or answers == {said}, f"PODPATH_SEED={SEED}: {write(selector)} on {labels}"


def test_random_text_is_read_or_refused() -> None:
    """Nothing else comes of it."""
    chance = random.Random(SEED)
    pieces = [
        "a",
        "==",
        "!=",
        "!",
        "(",
        ")",
        "{",
        "}",
        "'x'",
        '"',
        "'",
        "&&",
        "||",
        "in",
        "not in",
        "has(",
        "all()",
        " ",
        ",",
        "%",
    ]
    for _ in range(2000):
        text = "".join(chance.choices(pieces, k=chance.randrange(12)))
        try:
            write(parse(text))
        except ValueError:
            continue


def test_labels_of_a_namespace_stand_behind_a_prefix() -> None:
    """``all()`` is every namespace, ``global()`` none (docs.tigera.io, namespaceSelector)."""
    every = Has("ns")
    text = write(over(parse("all() || global() && !(a == 'x' || b contains 'y' || has(c))"), "p.", every))
    assert text == "has(ns) || ((!has(ns)) && (!(p.a == 'x' || p.b contains 'y' || has(p.c))))"
    assert both(None, None) is None
    assert both(None, every) == every
    assert both(every, every) == Both((every, every))
