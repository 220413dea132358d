"""A host of containers has no default route."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="default-route-missing",
    severity=Severity.WARNING,
    title="A host of containers has no default route",
    explain="""The host routes what containers send to the outside through its default route. Without one it has routes to its own networks
only: containers and host get "Network is unreachable" for every other address, while containers reach each other, and neighbours reach
published ports.

It happens when the network service lost its lease, when somebody set a device down and up again, or when nobody configured
a static route. A host that is isolated on purpose has none either.

Check: `ip route show default`; `ip route get 192.0.2.1`.""",
    summary=("{node} forwards for containers on {bridge}, but has no route beyond its own networks ({networks})",),
    why="{node} and its containers reach nothing outside: the kernel reports 'Network is unreachable'.",
    fix=("add the default route by {uplink}, whose gateway the snapshot does not show, or renew the lease of {uplink}",),
    no_lab="a lab has no outside: route-missing shows what such a host answers",
)
