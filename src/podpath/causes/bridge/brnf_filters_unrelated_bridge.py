"""Rules for routed packets drop bridged packets."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity, Words

CAUSE: Final = Cause(
    name="brnf-filters-unrelated-bridge",
    severity=Severity.WARNING,
    title="Rules for routed packets drop bridged packets",
    explain="""br_netfilter passes bridged packets to iptables as if they were routed, on every bridge of the host, not only
on those of containers. Once Docker or Kubernetes has set the policy of FORWARD to DROP, or a rule drops unknown
traffic, virtual machines on another bridge (KVM, LXD) can no longer reach each other.

Add a rule that accepts that bridge's traffic, or enable br_netfilter only on the bridges that need it.

Check: `sysctl net.bridge.bridge-nf-call-iptables`; `iptables -nvL FORWARD`; `bridge link show`.""",
    symptom_of=("forward-policy-drop", "host-firewall-rejects-pods", "netfilter-drop"),
)


def between(bridge: str, stop: Words) -> Words:
    """Return the words for a rule that stops what only crosses a bridge."""
    return stop._replace(
        cause=CAUSE.name, summary=tr("between ports of {bridge}: {summary}", bridge=bridge, summary=stop.summary)
    )
