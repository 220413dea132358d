"""A pod cannot reach itself through its own service."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="hairpin-off",
    severity=Severity.WARNING,
    title="Pods cannot reach themselves through a service",
    explain="""When a pod connects to a service, and the service's rules choose that same pod, the packet must leave the bridge through the
port that it arrived on. A bridge refuses that unless the port is in hairpin mode. It matters only where br_netfilter passes bridged
packets to the rules (net.bridge.bridge-nf-call-iptables = 1): only then is the address translated inside the bridge.

Other pods reach the service; the pod itself fails whenever the rules choose it: one try in N if the service has N pods.

It happens when the CNI's configuration says "hairpinMode": false, or does not set it: off is the bridge plugin's default.

Check: `bridge -d link show`, the word after `hairpin`; `cat /sys/class/net/VETH/brport/hairpin_mode`.""",
    summary=("{off} of {total} pod ports of {dev} are not in hairpin mode, {first} among them",),
    why="A pod that is chosen for its own request to a service gets no reply.",
    fix=(
        line("ip link set {first} type bridge_slave hairpin on", note="repeat for every port"),
        'to keep it: "hairpinMode": true in the CNI\'s configuration',
    ),
)


def returns(port: str, bridge: str, node: str) -> Words:
    """Return the words for a frame that should leave through the port that it arrived on (should_deliver)."""
    return CAUSE.words(
        tr(
            "port {port} of {bridge} on {node} does not send a frame back through the port that it arrived on (hairpin is off)",
            port=port,
            bridge=bridge,
            node=node,
        ),
        tr("A packet to the container that sent it is lost here."),
        do("bridge", "link", "set", "dev", port, "hairpin", "on"),
    )
