"""Rules for routed packets drop what only crosses a bridge."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="brnf-filters-unrelated-bridge",
    severity=Severity.WARNING,
    title="Rules for routed packets drop what only crosses a bridge",
    explain="""br_netfilter shows what passes from one port of a bridge to another to iptables, as if it were routed: for every bridge of
the host, not for those of containers alone. Once Docker or Kubernetes has set FORWARD to drop, or a rule drops what it does
not know, virtual machines on a bridge of their own (KVM, LXD) do not reach each other any more.

Let that bridge through, or keep br_netfilter to the bridges that need it.

Look: `sysctl net.bridge.bridge-nf-call-iptables`; `iptables -nvL FORWARD`; `bridge link show`.""",
    asked=True,
    follows=("forward-policy-drop", "host-firewall-rejects-pods", "netfilter-drop"),
)
