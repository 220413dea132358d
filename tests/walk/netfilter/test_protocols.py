"""Names and numbers of protocols."""

import pytest

from podpath.walk.netfilter.protocols import packet_protocol, port_number, protocol_name, protocol_number


def test_protocols_have_names_and_numbers() -> None:
    """iptables-save prints names where there are some."""
    assert [protocol_number(text) for text in ("tcp", "icmpv6", "47", "UDP")] == [6, 58, 47, 17]
    assert [protocol_name(number) for number in (6, 58, 200)] == ["tcp", "ipv6-icmp", "200"]
    assert packet_protocol("what") == -1


@pytest.mark.parametrize("text", ["70000", "nosuchservice", "-1", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    """The caller then keeps the words as they are."""
    with pytest.raises(ValueError, match="is not a port"):
        port_number(text)
