"""A forwarding entry names a device that is not a port of the bridge."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="fdb-wrong-port",
    title="A forwarding entry names a device that is not a port of the bridge",
    explain="""The bridge looks up the MAC, finds the entry, and drops the frame, because the device is no longer one of its ports.

    bridge fdb show br BRIDGE
    bridge fdb del MAC dev PORT master""",
)


def no_port_of_it(bridge: str, mac: str, dev: str) -> Words:
    """Return the words for a forwarding entry that leads to a device outside the bridge."""
    return CAUSE.words(
        tr("{bridge} sends frames for {mac} to {dev}, which is not one of its ports", bridge=bridge, mac=mac, dev=dev),
        "",
        do("bridge", "fdb", "del", mac, "dev", dev, "master"),
    )
