"""Templates of causes, filled with facts."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.causes.cause import Cause, line
from podpath.causes.fill import fill, words_of
from podpath.state.fix import otherwise


@pytest.mark.parametrize(
    ("template", "facts", "expected"),
    [
        ("{a} to {b}", {"a": 1, "b": 2}, "1 to 2"),
        ("{a} to {b}", {"a": 1, "b": None}, None),
        ("plain", {}, "plain"),
        ("{c}", {}, None),
    ],
)
def test_a_text_without_its_value_is_left_out(template: str, facts: dict[str, object], expected: str | None) -> None:
    """Nobody reads `None` at three in the morning."""
    assert fill(template, facts) == expected


def steps(*templates: object, **facts: object) -> list[str]:
    """Return the steps of a fix as they are printed."""
    made = Cause(name="x-y", title="t", explain="e", fix=templates)  # type: ignore[arg-type]
    return [step.text for step in words_of(made, facts).fix]


def test_a_step_without_its_value_is_left_out_and_an_empty_word_is_none() -> None:
    """The first step that remains is no alternative."""
    assert steps(line("ip {six} route del {dst}"), otherwise("{what}"), six="", dst="10.0.0.0/8", what="wait") == [
        "ip route del 10.0.0.0/8",
        "or wait",
    ]
    assert steps(line("ip link set {dev} up"), line("ip route del {dst}", instead=True), dst="10.0.0.0/8") == [
        "ip route del 10.0.0.0/8"
    ]


def test_a_step_whose_remark_lacks_its_value_is_left_out() -> None:
    """The remark says what the command is for."""
    step = line("ip link show", words="find the end,", note="of {far}")
    assert steps(step, far=None) == []
    assert steps(step, far="eth0") == ["find the end: ip link show   (of eth0)"]


def test_a_text_that_a_shell_would_split_becomes_several_words() -> None:
    """A rule is printed as a shell wants it, and stays so."""
    rule = "PREROUTING -m comment --comment 'it is; so' -j DROP"
    assert steps(line("iptables -D {rule:words}"), rule=rule) == [f"iptables -D {rule}"]


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1))
def test_a_value_is_one_word_of_its_command(value: str) -> None:
    """Whatever a name in a snapshot holds."""
    (text,) = steps(line("ip link set {dev} up"), dev=value)
    assert shlex.split(text) == ["ip", "link", "set", value, "up"]


def test_a_step_on_a_node_that_is_not_known_is_left_out() -> None:
    """It would be typed on the finding's own node."""
    step = line("rm /etc/machine-id", on="{clone}")
    assert steps(step) == []
    assert steps(step, clone="n2") == ["on n2: rm /etc/machine-id"]
