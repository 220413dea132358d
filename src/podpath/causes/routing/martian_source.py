"""The kernel logged packets whose source must not arrive where they arrived."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="martian-source",
    severity=Severity.WARNING,
    title="The kernel dropped packets as martians",
    explain="""For each packet the kernel looks up the route back to its source. With rp_filter = 1 (strict) that route must use the device that
the packet arrived on, with rp_filter = 2 (loose) there must be a route at all; a source that is the host's own address, or
belongs to no network (127.0.0.0/8, 0.0.0.0/8, multicast), is refused in any case. What fails is dropped, without an error to the sender. If
log_martians is 1, the kernel logs `martian source DESTINATION from SOURCE, on dev DEVICE`.

It happens when two hosts reach each other over different paths, when a route is missing or stale, when a container answers by another
network than it was asked on, or when two machines have the same address.

Check: `ip route get SOURCE` in the namespace that has the device: does it use the device? `sysctl -ar 'rp_filter$'`,
`nstat -az TcpExtIPReversePathFilter`.""",
    summary=("{node} has logged {often} that it dropped packets from {src} to {dst} that arrived on {dev}",),
    why="The route back to {src} does not use {dev}, or {src} is no address to arrive there: the kernel drops such packets.",
    fix=(
        line("ip route get {src}", words="see whether the route back uses {dev}, where {dev} is:"),
        "then fix the route, or the path that the packets take",
    ),
    symptom_of=("rp-filter-asymmetric",),
    no_lab="only the kernel's log shows it, and that log is one for the whole machine",
)
