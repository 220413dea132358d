"""The logs of kubelets, containerd and kube-proxy: lines that say why a pod has no network, or why a node has no rules.

kube-proxy says that it could not write its rules (proxier.go of each mode), and tries again; a later success, or the start of
another process, cancels the message. A line of syslog begins with the machine's name; ``kubectl logs`` names none.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.agent_words import NO_NETWORK, refused
from podpath.readers.interface import Item, Reader
from podpath.state.agent_log import AgentMessage
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy

_SYSLOG: Final = (
    r"(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\S{8,32})"
    r" (?P<host>[\w.-]+) [\w.@/-]+(?:\[\d+\])?: "
)
_KLOG: Final = r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+\.go:\d+\] "
_LOGRUS: Final = r'time="[^"]+" level=(?:error|warning|fatal) msg='
_BEFORE: Final = rf"(?:{_SYSLOG})?(?:\[?(?:pod/)?[a-z0-9][\w./-]*\]? )?(?:{_KLOG}|{_LOGRUS})"
_UNWRITTEN: Final = r"\"?(?:Failed to execute iptables-restore|nftables sync failed|Sync failed[;\"])"
_WRITTEN: Final = r"\"?(?:[Ss]yncProxyRules complete|Starting kube-proxy)|.*\"?Using (?:iptables|nftables|ipvs) [Pp]rox(?:ier|y)"
_ROW: Final = lazy(rf"{_BEFORE}(?:(?P<unwritten>{_UNWRITTEN})|(?=.*(?:{NO_NETWORK})))")
_AFTER: Final = lazy(rf"{_BEFORE}(?:{_WRITTEN})")
_POD: Final = lazy(
    r'pod=\\*"(?P<namespace>[a-z0-9-]+)/(?P<pod>[a-z0-9.-]+)\\*"'
    r'|\\*"(?P<pod2>[a-z0-9.-]+)_(?P<namespace2>[a-z0-9-]+)(?:\([0-9a-f-]+\))?\\*"'
)
_SANDBOX: Final = lazy(r"PodSandboxMetadata\{Name:(?P<pod>[a-z0-9.-]+),Uid:[\w-]*,Namespace:(?P<namespace>[a-z0-9-]+),")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept no command: the lines say whose they are."""
    del words
    return None


def _message(line: str) -> AgentMessage | None:
    """Return what a line says, or None if it says nothing of networks and rules."""
    match = _ROW.match(line)
    if match is None:
        return None
    if match["unwritten"] is not None:
        return AgentMessage("rules-not-written", host=match["host"])
    said, pod = refused(line), _POD.search(line) or _SANDBOX.search(line)
    if said is None or pod is None:
        return said._replace(host=match["host"]) if said is not None else None
    of = pod.groupdict()
    return said._replace(host=match["host"], pod=of["pod"] or of.get("pod2"), namespace=of["namespace"] or of.get("namespace2"))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield each complaint once, at its first line, with the number of lines that say the same."""
    del words
    first, times = dict[AgentMessage, int](), dict[AgentMessage, int]()
    for index, line in enumerate(lines):
        if _AFTER.match(line):
            for known in [known for known in first if known.problem == "rules-not-written"]:
                del first[known], times[known]
        elif (row := _message(line)) is not None:
            first.setdefault(row, index)
            times[row] = times.get(row, 0) + 1
    for row, index in first.items():
        yield index, row._replace(times=times[row])


READER: Final = Reader(
    name="kubelet",
    accepts=accepts,
    starts=_ROW,
    continues=lazy(rf"{_BEFORE}"),
    read=read,
    shape_coverage=(covers(AgentMessage, complete=Complete.NO),),
    # Few marks, because each is looked for in all of a log: these are in every line that is read.
    marks=("failed to set", "network is not ready", "NetworkPluginNotReady", "iptables-restore", "ync failed"),
)
