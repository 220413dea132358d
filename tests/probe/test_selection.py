"""Which drops are shown."""

import pytest

from podpath.collect.node.parts import Place
from podpath.probe.selection import Selection, UnknownWordError
from podpath.state.drop import Drop, Layer

PLACES = [Place("host", "", 1), Place("pod", "shop/web-1", 2), Place("netns", "p1", 3), Place("container", "p1", 4)]
DROP = Drop(
    "OTHERHOST",
    "",
    "pod:shop/web-1",
    "eth0",
    (Layer("10.0.0.1", "10.0.0.2", "udp", None, 8472, "VXLAN 1"), Layer("fd00::1", "fd00::2", "tcp", None, 80)),
    0x0800,
    1,
    1.0,
)


def selection(*words: str) -> Selection:
    """Return what words ask for."""
    return Selection.of(words, PLACES, lambda: {"eth0", "cni0"}, ("OTHERHOST", "NO_SOCKET"))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ((), True),
        (("shop/web-1",), True),
        (("pod:shop/web-1", "host"), True),
        (("host",), False),
        (("p1",), False),
        (("eth0",), True),
        (("cni0",), False),
        (("10.0.0.0/24",), True),
        (("fd00::2",), True),
        (("10.0.1.0/24",), False),
        (("otherhost",), True),
        (("SKB_DROP_REASON_NO_SOCKET",), False),
        (("OTHERHOST", "NO_SOCKET", "eth0"), True),
        (("OTHERHOST", "cni0"), False),
    ],
)
def test_one_word_of_each_kind_must_match(*, words: tuple[str, ...], shown: bool) -> None:
    """Namespaces, devices, addresses in any header, reasons."""
    assert selection(*words).wants(DROP) is shown


def test_a_name_may_be_that_of_several_namespaces() -> None:
    """Both are meant, as nothing is lost by showing more."""
    assert selection("p1").netns == {"netns:p1", "container:p1"}


def test_a_word_that_says_nothing_is_an_error_with_what_was_perhaps_meant() -> None:
    """A misspelt reason."""
    with pytest.raises(UnknownWordError) as error:
        selection("NO_SOKET")
    assert error.value.near == ["NO_SOCKET"]
