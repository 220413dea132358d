"""States of TCP."""

import pytest

from podpath.walk.netfilter.tcp import kind_of, next_state


@pytest.mark.parametrize(
    ("state", "flags", "answer", "after"),
    [
        ("NONE", "SYN", False, "SYN_SENT"),
        ("SYN_SENT", "SYN ACK", True, "SYN_RECV"),
        ("SYN_RECV", "ACK", False, "ESTABLISHED"),
        ("SYN_SENT", "ACK", False, None),
        ("NONE", "ACK", False, "ESTABLISHED"),
        ("NONE", "SYN ACK", False, None),
        ("ESTABLISHED", "RST", True, "CLOSE"),
        ("ESTABLISHED", "SYN ACK", True, "ESTABLISHED"),
        ("TIME_WAIT", "SYN", False, "SYN_SENT"),
        ("ESTABLISHED", "FIN", False, None),
        ("ESTABLISHED", "FIN ACK PSH", False, "FIN_WAIT"),
    ],
)
def test_states_follow_the_kernels_table(state: str, flags: str, *, answer: bool, after: str | None) -> None:
    """A handshake, its broken forms, and flags that belong together in no packet."""
    assert next_state(state, frozenset(flags.split()), answer=answer) == after


def test_a_reset_is_one_whatever_else_is_set() -> None:
    """The kernel asks for RST first."""
    assert kind_of(frozenset(("RST", "SYN", "ACK"))) == "rst"
