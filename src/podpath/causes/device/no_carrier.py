"""Nothing is plugged in at the other end."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="no-carrier",
    title="Nothing is plugged in at the other end",
    explain="""A device is up, but its other end is down or gone, so it sends nothing. For a veth, look at the other end, in the other namespace.

    ip link show DEVICE                 NO-CARRIER
    podpath veth                        which ends belong together""",
)


def unplugged(dev: str, place: str) -> Words:
    """Return the words for a device that is up and has no carrier."""
    return CAUSE.words(
        tr("{dev} {place} has no carrier", dev=dev, place=place),
        tr("Its other end is down, or nothing is plugged in."),
        f"find the other end of {dev}, and bring it up",
    )
