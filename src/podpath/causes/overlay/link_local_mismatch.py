"""A device's MAC is not the one that its link-local address was made of."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="link-local-mismatch",
    severity=Severity.INFO,
    title="A device's MAC has changed since it came up",
    explain="""When a device comes up, the kernel derives its link-local IPv6 address from its MAC (with ff:fe in the middle).
If such an address does not match the MAC, the MAC was changed afterwards. By itself that does no harm. On an overlay
device it matters: peers have learned the old MAC, and a change of MAC empties the device's own neighbour table.

It happens when systemd's MACAddressPolicy=persistent changes the MAC of a new device, or with `ip link set DEV address`.

Check: `ip address show dev flannel.1`; the neighbour entries for it on its peers.""",
    summary=("{dev}{where} has the MAC {mac}, but its address {ip} was derived from {old}: the MAC has changed",),
    why="{effect}",
    fix=(
        "compare with the neighbour entries for {overlay} on the peers; after a restart, the CNI's agent announces the new MAC",
        "to keep the MAC of a new device: a systemd .link file with MACAddressPolicy=none for it",
    ),
    symptom_of=("vtep-mac-mismatch",),
    phrases={
        "effect": {
            "overlay": "Peers that still have the old MAC send frames that this node drops.",
            "harmless": "This does no harm by itself.",
        },
    },
    no_lab="a sign of vtep-mac-mismatch: it harms nobody by itself",
)
