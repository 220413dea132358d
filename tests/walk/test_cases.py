"""Named cases: a lab, what a packet does in it, and what the walk says of it before.

A case is read by people: lines to type, and probes as ``FROM ADDRESS [PROTO] => OUTCOME [CAUSE [WORDS]]``. The outcome is
what a sender sees: delivered, timeout, or the name of an error. Both the walk and the kernel must give it.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from podpath.report.steps import label, sentence
from podpath.state.trace import Trace
from tests.walk.judge import said
from tests.walk.real import CLOSED, OPEN, Lab, Probe, needs_root

HERE: Final = Path(__file__).parent
BASES: Final[dict[str, dict[str, Any]]] = yaml.safe_load((HERE / "bases.yaml").read_text())


class Expected(NamedTuple):
    """A probe, and what should come of it."""

    probe: Probe
    outcome: str
    cause: str
    words: str


def cases() -> list[Any]:
    """Return the cases of all files."""
    found = []
    for path in sorted(HERE.glob("**/cases/*.yaml")):
        for case in yaml.safe_load(path.read_text()):
            name = f"{path.relative_to(HERE).with_suffix('')}: {case['name']}".replace("cases/", "")
            found.append(pytest.param(case, id=name))
    return found


def expected(line: str) -> Expected:
    """Read ``a 10.0.0.2 tcp:7777 => delivered``; ``icmp/1400!`` is a packet of 1400 bytes that must not be cut."""
    left, _, right = line.partition(" => ")
    source, address, *kind = left.split()
    proto, slash, size = (kind[0] if kind else "icmp").partition("/")
    proto, colon, port = proto.partition(":")
    number = {"closed": CLOSED, "open": OPEN, "": OPEN}.get(port) or int(port)
    outcome, _, rest = right.partition(" ")
    cause, _, words = rest.partition(" ")
    del colon
    return Expected(
        Probe(source, address, proto, number, int(size.rstrip("!")) if slash else None, size.endswith("!")), outcome, cause, words
    )


def lines_of(case: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the namespaces and the lines of a case, those of its base first."""
    base = BASES.get(case.get("base", ""), {"spaces": [], "lines": ""})
    lines = [line for text in (base["lines"], case.get("lines", "")) for line in text.splitlines() if line.strip()]
    return [*base["spaces"], *case.get("spaces", [])], lines


@pytest.mark.root
@pytest.mark.parametrize("case", cases())
def test_the_kernel_does_what_the_walk_says(case: dict[str, Any]) -> None:
    """The outcome is the one that the case states, by the walk and by real packets, and the cause is named."""
    needs_root()
    spaces, lines = lines_of(case)
    wanted = [expected(line) for line in case["probes"]]
    with Lab() as lab:
        lab.add(*spaces)
        lab.run(lines)
        if "after" in case:  # what a device that comes up would undo
            lab.settle()
            lab.run(case["after"].splitlines())
        for place, text in case.get("rules", {}).items():
            name, _, tool = place.partition(" ")
            lab.rules(name, text, tool=tool or "iptables")
        lab.hurry()
        lab.listen(*spaces)
        traces = said(lab, [one.probe for one in wanted])
        seen = lab.send([one.probe for one in wanted])
        # On a busy machine an answer can be late: what was silence is asked again, with patience.
        seen = [
            lab.send([one.probe], 2.0)[0] if got == "timeout" != one.outcome else got
            for one, got in zip(wanted, seen, strict=True)
        ]
    for one, (says, trace), outcome in zip(wanted, traces, seen, strict=True):
        got = f"{one.probe}: the kernel {outcome}, the walk {says}; wanted {one.outcome}\n{shown(trace)}"
        assert (outcome, says) == (one.outcome, {one.outcome}), got
        if one.cause:
            assert trace is not None
            assert trace.cause is not None, shown(trace)
            assert (trace.cause.check, one.words in trace.cause.summary) == (one.cause, True), trace.cause.summary


def shown(trace: Trace | None) -> str:
    """Return a trace as text, for a failure's message."""
    if trace is None:
        return "no trace"
    legs = [leg for leg in (trace.forward, trace.reply) if leg is not None]
    return "\n".join(
        f"{s.netns} {s.interface} {label(s.facts)}: {sentence(s.facts)}" for leg in legs for b in leg.branches for s in b.steps
    )
