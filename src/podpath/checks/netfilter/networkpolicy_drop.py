"""A rule made from a network policy stops packets of pods."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="networkpolicy-drop",
    severity=Severity.INFO,
    title="A rule made from a network policy stops packets of pods",
    explain="""A pod that a policy selects gets, or sends, only what some policy allows. Calico, kube-router and others make chains of each
policy, whose last rule drops or rejects the rest. That is what policies are for, so it is told as a note: it is the answer
when nobody meant it. A frequent surprise is a policy for outgoing packets that forgets DNS.

Policies see the pod's own port, not the service's.

Look: `kubectl get networkpolicy -A`; the counters of the chain's last rule.""",
    asked=True,
    follows=("felix-endpoint-not-programmed",),
)
