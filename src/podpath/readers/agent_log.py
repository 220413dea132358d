"""The logs of kubelets, containerd and kube-proxy: lines that say why a pod has no network, or why a node has no rules.

kube-proxy says that it could not write its rules (proxier.go of each mode), and tries again; a later success, or the start of
another process, cancels the message. A line of syslog begins with the machine's name; ``kubectl logs`` names none.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from podpath.readers.agent_words import NO_NETWORK, QUOTE, refused
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
_BEFORE: Final = rf"(?:{_SYSLOG})?(?:\[?(?P<log>(?:pod/)?[a-z0-9][\w./-]*)\]? )?(?:{_KLOG}|{_LOGRUS})"
_UNWRITTEN: Final = r"\"?(?:Failed to execute iptables-restore|nftables sync failed|Sync failed[;\"])"
_ROW: Final = lazy(rf"{_BEFORE}(?:(?P<unwritten>{_UNWRITTEN})|(?=.*(?:{NO_NETWORK})))")
_SYNCED: Final = lazy(rf"{_BEFORE}\"?[Ss]yncProxyRules complete")
_STARTED: Final = lazy(rf"{_BEFORE}(?:\"?Starting kube-proxy|.*\"?Using (?:iptables|nftables|ipvs) [Pp]rox(?:ier|y))")
_FAMILY: Final = lazy(r'\bipFamily="?(?P<family>IPv[46])')
_POD: Final = lazy(
    rf"pod={QUOTE}(?P<namespace>[a-z0-9-]+)/(?P<pod>[a-z0-9.-]+){QUOTE}"
    rf"|{QUOTE}(?P<pod2>[a-z0-9.-]+)_(?P<namespace2>[a-z0-9-]+)(?:\([0-9a-f-]+\))?{QUOTE}"
)
_SANDBOX: Final = lazy(r"PodSandboxMetadata\{Name:(?P<pod>[a-z0-9.-]+),Uid:[\w-]*,Namespace:(?P<namespace>[a-z0-9-]+),")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept no command: the lines say whose they are."""
    del words
    return None


def _message(line: str) -> AgentMessage | None:
    """Return what a line says, or None if it says nothing of a pod without a network."""
    match = _ROW.match(line)
    if match is None:
        return None
    said, pod = refused(line), _POD.search(line) or _SANDBOX.search(line)
    if said is None or pod is None:
        return said._replace(host=match["host"]) if said is not None else None
    of = pod.groupdict()
    return said._replace(host=match["host"], pod=of["pod"] or of.get("pod2"), namespace=of["namespace"] or of.get("namespace2"))


class _Process(NamedTuple):
    """A kube-proxy.

    Attributes:
        host: the machine's name, or None if the line names none.
        log: name of the pod's log, as ``kubectl logs --prefix`` prints it, or None.
    """

    host: str | None
    log: str | None


@dataclass(slots=True)
class _Syncs:
    """The syncs of a kube-proxy, in one family, since the last one that wrote the rules.

    ``SyncProxyRules complete`` is logged at the end of every sync, also of a failed one (proxier.go defers it). It tells of a
    success only if no failure precedes it in the same sync. If lines name no family, a sync of IPv6 looks like one of
    IPv4; then two in a row must succeed.

    Attributes:
        failures: indexes of the lines that report a failure.
        failing: the current sync has failed.
        clean: number of syncs since the last failed one.
    """

    failures: list[int] = field(default_factory=list)
    failing: bool = False
    clean: int = 0

    def failed(self, index: int) -> None:
        """Note a line that reports a failure."""
        self.failures.append(index)
        self.failing, self.clean = True, 0

    def ended(self, needed: int) -> None:
        """Note the end of a sync; after ``needed`` successful ones in a row the rules are written."""
        self.failing, self.clean = False, 0 if self.failing else self.clean + 1
        if self.clean >= needed:
            self.failures.clear()


def _family(line: str) -> str | None:
    """Return the family of a sync, IPv4 or IPv6, or None in the lines of an older kube-proxy."""
    match = _FAMILY.search(line)
    return match["family"] if match is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield each complaint once, at its first line, with the number of lines that say the same."""
    del words
    found = dict[AgentMessage, list[int]]()
    syncs = defaultdict[_Process, dict[str | None, _Syncs]](dict)
    for index, line in enumerate(lines):
        if (match := _SYNCED.match(line)) is not None:
            family = _family(line)
            of = syncs[_Process(match["host"], match["log"])].setdefault(family, _Syncs())
            of.ended(1 if family is not None else 2)
        elif (match := _STARTED.match(line)) is not None:
            syncs.pop(_Process(match["host"], match["log"]), None)
        elif (match := _ROW.match(line)) is not None and match["unwritten"] is not None:
            syncs[_Process(match["host"], match["log"])].setdefault(_family(line), _Syncs()).failed(index)
        elif (row := _message(line)) is not None:
            found.setdefault(row, []).append(index)
    for process, families in syncs.items():
        failures = [index for known in families.values() for index in known.failures]
        found.setdefault(AgentMessage("rules-not-written", host=process.host), []).extend(failures)
    for row, at in found.items():
        if at:
            yield min(at), row._replace(times=len(at))


READER: Final = Reader(
    name="kubelet",
    accepts=accepts,
    starts=_ROW,
    continues=lazy(rf"{_BEFORE}|\t| >\s*$"),  # klog indents a value of several lines by a tab and ends it with `` >``
    read=read,
    shape_coverage=(covers(AgentMessage, complete=Complete.NO),),
    # Few marks, because each is looked for in all of a log: these are in every line that is read.
    marks=("failed to set", "network is not ready", "NetworkPluginNotReady", "iptables-restore", "ync failed"),
)
