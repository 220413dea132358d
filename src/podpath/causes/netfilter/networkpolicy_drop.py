"""A rule of a network policy drops packets of pods."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="networkpolicy-drop",
    severity=Severity.INFO,
    title="A rule of a network policy drops packets of pods",
    explain="""A pod that a policy selects receives, or sends, only the traffic that some policy allows. Calico, kube-router and others write chains
for each policy, whose last rule drops or rejects the rest. That is what policies are for, so podpath reports it as a note: it is
the cause if nobody intended it. A frequent mistake is a policy for outgoing traffic that omits DNS.

Policies see the pod's own port, not the service's.

Check: `kubectl get networkpolicy -A`; the counters of the chain's last rule.""",
    symptom_of=("felix-endpoint-not-programmed",),
)
