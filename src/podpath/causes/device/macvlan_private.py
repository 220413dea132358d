"""A macvlan in mode private cannot reach other macvlans on its device."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="macvlan-private",
    title="A macvlan in mode private cannot reach other macvlans on its device",
    explain="""In this mode all macvlans of a card are separate, on purpose.
Only the external network reaches them. In mode bridge they reach each other.

    ip -d link show type macvlan
    ip link set mv0 type macvlan mode bridge""",
)


def apart(one: str, other: str, lower: str, private: str) -> Words:
    """Return the words for two macvlans of which one is in mode private.

    Args:
        one: one of the two, with its place.
        other: the other, with its place.
        lower: the device below them, with its place.
        private: the one in mode private.
    """
    return CAUSE.words(
        tr("{one} and {other} share the device {lower}, and one is in mode private", one=one, other=other, lower=lower),
        tr("A macvlan in mode private does not exchange frames with other macvlans on its device."),
        do("ip", "link", "set", private, "type", "macvlan", "mode", "bridge"),
    )
