"""A service selects no pod."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="service-selects-nothing",
    severity=Severity.WARNING,
    title="A service selects no pod",
    explain="""A Service finds its pods by labels: all that its selector names must be on a pod of its own namespace. If no pod has them, the service
has no endpoint, and whoever asks for it gets "Connection refused".

It happens when a label was renamed, or the selector mistyped, or the pods are in another namespace; and when a deployment is scaled to
zero on purpose.

Check: `kubectl -n NAMESPACE get pods -l SELECTOR`; `kubectl -n NAMESPACE get pods --show-labels`.""",
    summary=("service {name} selects {selector}, and no pod of {namespace} has these labels",),
    why='Clients of its address see "Connection refused" at once.',
    fix=(
        line("kubectl -n {namespace} get pods --show-labels", words="compare the labels of its pods with its selector:"),
        "correct the selector, or the labels of the pod template",
    ),
    no_lab="the objects alone say it; no packet is needed",
)
