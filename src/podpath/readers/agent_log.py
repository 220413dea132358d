"""The logs of kubelets, containerd and kube-proxy: lines that say why a pod has no network, or why a node has no rules.

kube-proxy says that it could not write its rules (proxier.go of each mode), and tries again; a later success, or the start of
another process, cancels the message. A kubelet repeats every five seconds that the network is not ready (updateRuntimeUp of
kubelet.go), as on each new node at first; if its log goes on without the message, the network has become ready. A line of syslog
begins with the machine's name; ``kubectl logs`` names none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from podpath.readers.agent_words import NO_NETWORK, QUOTE, refused
from podpath.readers.interface import Item, Reader
from podpath.state.agent_log import AgentMessage
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy

_SYSLOG: Final = (
    r"(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\S{8,32})"
    r" (?P<host>[\w.-]+) [\w.@/-]+(?:\[\d+\])?: "
)
_KLOG: Final = r"[IWEF](?P<time>\d{4} \d\d:\d\d:\d\d)\.\d+ +\d+ [\w.]+\.go:\d+\] "
_LOGRUS: Final = r'time="[^"]+" level=(?:error|warning|fatal) msg='
_BEFORE: Final = rf"(?:{_SYSLOG})?(?:\[?(?P<log>(?:pod/)?[a-z0-9][\w./-]*)\]? )?(?:{_KLOG}|{_LOGRUS})"
_FAILED: Final = r"\"?(?:Failed to execute iptables-restore|nftables sync failed|Sync failed[;\"])"
_ROW: Final = lazy(rf"{_BEFORE}(?:{_FAILED}|(?=.*(?:{NO_NETWORK})))")
_HEAD: Final = lazy(_BEFORE)
_UNWRITTEN: Final = lazy(_FAILED)
_SYNCED: Final = lazy(r"\"?[Ss]yncProxyRules complete")
_STARTED: Final = lazy(r"\"?Starting kube-proxy|.*\"?Using (?:iptables|nftables|ipvs) [Pp]rox(?:ier|y)")
_REPEATED: Final = lazy(r"network (?:is )?not ready|NetworkPluginNotReady")
_TIME: Final = lazy(r"(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)$")
_PATIENCE: Final = 60
"""Seconds after which a message that repeats every five is over."""
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


def _message(line: str, host: str | None) -> AgentMessage | None:
    """Return what a line says, or None if it says nothing of a pod without a network."""
    said, pod = refused(line), _POD.search(line) or _SANDBOX.search(line)
    if said is None or pod is None:
        return said._replace(host=host) if said is not None else None
    of = pod.groupdict()
    return said._replace(host=host, pod=of["pod"] or of.get("pod2"), namespace=of["namespace"] or of.get("namespace2"))


def _seconds(time: str | None) -> int | None:
    """Return a time without a year in seconds; all months count as 31 days."""
    match = _TIME.match(time) if time is not None else None
    if match is None:
        return None
    month, day, hour, minute, second = map(int, match.groups())
    return (((month * 31 + day) * 24 + hour) * 60 + minute) * 60 + second


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


@dataclass(slots=True)
class _Log:
    """What the log of one program says.

    Attributes:
        host: the machine's name, or None if its lines name none.
        found: indexes of the lines with a message.
        repeated: when each message that repeats was last said, in seconds.
        syncs: the syncs of a kube-proxy, by family.
        time: time of the last line, in seconds, or None if it shows none.
    """

    host: str | None
    found: dict[AgentMessage, list[int]] = field(default_factory=dict)
    repeated: dict[AgentMessage, int] = field(default_factory=dict)
    syncs: dict[str | None, _Syncs] = field(default_factory=dict)
    time: int | None = None

    def take(self, index: int, line: str, time: int | None) -> None:
        """Read a line without what it begins with."""
        self.time = time if time is not None else self.time
        if _SYNCED.match(line):
            family = _family(line)
            self.syncs.setdefault(family, _Syncs()).ended(1 if family is not None else 2)
        elif _STARTED.match(line):
            self.syncs.clear()
        elif _UNWRITTEN.match(line):
            self.syncs.setdefault(_family(line), _Syncs()).failed(index)
        elif (row := _message(line, self.host)) is not None:
            self.found.setdefault(row, []).append(index)
            if time is not None and _REPEATED.search(line):
                self.repeated[row] = time

    def rows(self) -> Iterator[tuple[AgentMessage, list[int]]]:
        """Yield the messages that still hold, with the indexes of their lines."""
        for row, at in self.found.items():
            if self.time is None or row not in self.repeated or self.time - self.repeated[row] <= _PATIENCE:
                yield row, at
        if unwritten := [index for known in self.syncs.values() for index in known.failures]:
            yield AgentMessage("rules-not-written", host=self.host), unwritten


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield each complaint once, at its first line, with the number of lines that say the same."""
    del words
    logs, found = dict[tuple[str | None, str | None], _Log](), dict[AgentMessage, list[int]]()
    for index, line in enumerate(lines):
        if (head := _HEAD.match(line)) is not None:
            log = logs.setdefault((head["host"], head["log"]), _Log(head["host"]))
            log.take(index, line[head.end() :], _seconds(head["time"]))
    for log in logs.values():
        for row, at in log.rows():
            found.setdefault(row, []).extend(at)
    for row, at in found.items():
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
