"""Words for numbers."""

from podpath.netlink import names


def test_words_are_those_of_iproute2() -> None:
    """Known numbers have names, others stay numbers."""
    assert [names.table_name(number) for number in (254, 255, 253, 4711)] == ["main", "local", "default", "4711"]
    assert [names.protocol_name(number) for number in (2, 3, 4, 77)] == ["kernel", "boot", "static", "77"]
    assert [names.scope_name(number) for number in (0, 253, 254, 9)] == ["global", "link", "host", "9"]
    assert [names.ip_protocol_name(number) for number in (6, 17, 4)] == ["tcp", "udp", "4"]


def test_bits_are_words_in_the_order_given() -> None:
    """None if no bit is set."""
    assert names.flag_words(5, ((4, "four"), (1, "one"), (2, "two"))) == "four,one"
    assert names.flag_words(0, ((1, "one"),)) is None
