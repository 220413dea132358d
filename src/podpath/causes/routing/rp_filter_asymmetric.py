"""Strict reverse-path filtering drops packets that arrive on another device than the reply would leave through."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="rp-filter-asymmetric",
    title="Reverse-path filtering drops what peers send",
    explain="""If rp_filter is 1 (strict), the kernel looks up the route back to the source of each packet, and drops the packet if that
route uses another device than the one that the packet arrived on. The larger of net.ipv4.conf.all.rp_filter and the
device's own value counts. The kernel sends no error; only the counter TcpExtIPReversePathFilter rises.

Here a peer's packets arrive on one device, and this node's route to the peer's pods uses another: the two nodes reach
each other over different paths. It happens when one of them was switched to another backend, has a stale route,
or has several network cards.

Check: `sysctl -ar 'rp_filter$'`, `nstat -az TcpExtIPReversePathFilter`, `ip route get PODIP` on both nodes.""",
    summary=(
        "packets from pods of {peer} ({first}/{len}) arrive on {dev}, but the route back uses {out}, and rp_filter is strict",
    ),
    why="Every packet from the peer's pods is dropped on arrival.",
    fix=(
        "make both nodes use the same path: check the routes to {first}/{len} here and to this node's pods on {peer}",
        line("sysctl -w net.ipv4.conf.{setting}.rp_filter=2", note="loose; and net.ipv4.conf.all.rp_filter=2 where that is 1"),
    ),
)


def leads(source: str, dev: str, back: str | None) -> str:
    """Return where the route back to a source leads: to another device, or nowhere."""
    return (
        tr("the route back to {source} uses {back}, not {dev}", source=source, back=back, dev=dev)
        if back
        else tr("the route back to {source} does not use {dev}", source=source, dev=dev)
    )


def drops(dev: str, source: str, back: str | None, mode: int, setting: str) -> Words:
    """Return the words for a source that must not arrive on a device (fib_validate_source; RFC 3704).

    Args:
        dev: the device.
        source: the source.
        back: device of the route back, or None if there is none.
        mode: 1 strict, 2 loose.
        setting: name of the device's setting.
    """
    return CAUSE.words(
        tr(
            "{dev} drops packets from {source}: {leads} (rp_filter = {mode})",
            dev=dev,
            source=source,
            leads=leads(source, dev, back),
            mode=mode,
        ),
        tr("The reverse path filter drops them as martians, and the sender gets no error."),
        do("sysctl", "-w", f"{setting}=2"),
        otherwise(tr("fix the route back")),
    )
