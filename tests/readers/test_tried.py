"""What readers of programs that try a connection share."""

import pytest

from podpath.readers.tried import address_of, is_host, operands, seen_in
from podpath.state.address import parse_ip


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Connection refused", "refused"), ("Destination Port Unreachable", "refused"), ("No route to host", "unreachable"),
        ("Network is unreachable", "unreachable"), ("Destination Host Unreachable", "unreachable"),
        ("Connection timed out", "silent"),
        ("Name or service not known", None),
    ],
)  # fmt: skip
def test_an_error_says_what_was_seen(text: str, seen: str | None) -> None:
    """Or nothing of the network."""
    assert seen_in(text) == seen


def test_options_and_their_values_are_no_operands() -> None:
    """Also where letters are joined."""
    assert operands(["ping", "-c", "3", "-nW", "1", "web"], "cW") == ["web"]


def test_a_name_is_no_address() -> None:
    """Brackets and a zone are taken off an address."""
    assert address_of("[fe80::1%eth0]") == parse_ip("fe80::1")
    assert address_of("web") is None
    assert is_host("web")
    assert not is_host("web,")
