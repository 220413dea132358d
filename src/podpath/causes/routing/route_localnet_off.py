"""A packet with a loopback address arrived on a device."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="route-localnet-off",
    title="A packet with a loopback address arrived on a device",
    explain="""Packets with an address of 127.0.0.0/8 are martians on every device but lo, unless net.ipv4.conf.DEVICE.route_localnet is 1. A
rule that translates to 127.0.0.1 needs this setting.

    sysctl net.ipv4.conf.eth0.route_localnet""",
)


def martian(dev: str, setting: str) -> Words:
    """Return the words for a loopback address that comes in from outside (ip_route_input_slow)."""
    return CAUSE.words(
        tr("{dev} does not accept packets with loopback addresses: route_localnet is off", dev=dev),
        tr("The kernel drops them as martians, and the sender gets no error."),
        do("sysctl", "-w", f"{setting}=1"),
    )
