"""Each check has a file of cases: clusters on which it must speak, and others, as near as can be, on which it must not.

A case starts from the whole dumps of a healthy cluster (``base``, a folder below ``bases``, recorded from real
namespaces), from ``files`` of its own, or both. ``edits`` replaces text of a file, ``add`` appends to it, ``drop`` leaves
files out. ``others`` names checks that may speak as well; no other check may, at warning level or above: that
is tried of some cases, by chance, and of all among the long tests.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

import pytest
import yaml

import podpath.checks
from podpath.causes.fill import fields
from podpath.causes.registry import cause as declared
from podpath.checks.engine.registry import checks
from podpath.checks.engine.run import run_checks
from podpath.collect.files import node_name
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Finding, Report, Severity
from tests.seeds import fresh_seed

HERE: Final = Path(__file__).parent
GIVEN: Final = frozenset(("node", "netns", "where", "run"))
"""Words of a text that come with every finding."""


@dataclass(frozen=True)
class Case:
    """A cluster and what a check must say of it."""

    check: str
    name: str
    fires: bool
    base: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, list[list[str]]] = field(default_factory=dict)
    add: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    expected: Mapping[str, Any] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """Return the files of the cluster by name."""
        texts = {path.name: path.read_text() for path in sorted((HERE / "bases" / self.base).glob("*.txt")) if self.base}
        texts.update(self.files)
        for name, pairs in self.edits.items():
            for old, new in pairs:
                assert old in texts[name], f"{name} does not hold {old!r}"
                texts[name] = texts[name].replace(old, new)
        for name, more in self.add.items():
            texts[name] = f"{texts[name].rstrip()}\n\n{more}"
        return {name: text for name, text in texts.items() if name not in self.drop}


def _cases() -> list[Case]:
    found = []
    for path in sorted((HERE / "cases").rglob("*.yaml")):
        items = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
        found += [Case(path.stem, **item) for item in items]
    return found


CASES: Final = _cases()


def load(texts: Mapping[str, str]) -> Store:
    """Return a snapshot of some texts, each a node's that is named after the file."""
    store = Store()
    store.connection.execute("SET threads = 1")  # several tests run side by side, each on little data
    for name, text in texts.items():
        load_text(store, name, *node_name(Path(name).stem), text.splitlines())
    merge(store)
    link_up(store)
    return store


def judged(texts: Mapping[str, str], names: Iterable[str] | None = None) -> Report:
    """Return what all checks, or some, say of some texts."""
    return _judged(tuple(sorted(texts.items())), frozenset(checks() if names is None else names))


@lru_cache(maxsize=64)
def _judged(texts: tuple[tuple[str, str], ...], names: frozenset[str]) -> Report:
    with load(dict(texts)) as store:
        return run_checks(store, set(checks()) - names)


@pytest.fixture(scope="module")
def empty() -> Iterator[Store]:
    """Return a snapshot in which nothing is, with every table that checks ask."""
    with load({"n1.txt": "[root@n1 ~]# ip link show\n"}) as store:
        run_checks(store)
        yield store


def loud(report: Report) -> set[str]:
    """Name the checks that speak at warning level or above."""
    return {finding.check for finding in report.findings if finding.severity is not Severity.INFO}


def _ids(cases: Iterable[Case]) -> list[str]:
    return [f"{case.check}: {case.name}" for case in cases]


PICKED: Final = list({(case.check, case.fires): case for case in reversed(CASES)}.values())
"""Of each check the first case in which it speaks, and the first in which it is silent; the long tests try all."""


@pytest.mark.parametrize("case", PICKED, ids=_ids(PICKED))
def test_a_check_speaks_exactly_where_it_must(case: Case) -> None:
    """The finding is there, at its node, with its line, or it is not."""
    _demand(case, judged(case.texts(), {case.check, *declared(case.check).symptom_of}))


def _demand(case: Case, report: Report) -> None:
    found = [finding for finding in report.findings if finding.check == case.check]
    if not case.fires:
        assert found == [], _told(report)
        return
    assert found, _told(report)
    expected = case.expected
    matching = [finding for finding in found if finding.node == expected["node"]]
    assert matching, _told(report)
    texts = case.texts()
    assert any(_fits(finding, expected, texts) for finding in matching), _told(report)


def _blamed(case: Case) -> str:
    """Return what is said of a case where a check speaks that has no reason to; empty where none does."""
    report = judged(case.texts())
    return "" if loud(report) <= {case.check if case.fires else "", *case.others} else f"{case.name}: {_told(report)}"


@pytest.mark.timeout(180)
def test_nothing_else_is_blamed_in_some_cases() -> None:
    """Chosen by chance."""
    seed = fresh_seed()
    chosen = random.Random(seed).sample(CASES, 6)
    assert [told for case in chosen if (told := _blamed(case))] == [], f"seed {seed}"


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=_ids(CASES))
def test_among_all_checks_it_speaks_and_nothing_else_is_blamed(case: Case) -> None:
    """At warning level or above."""
    _demand(case, judged(case.texts()))
    assert _blamed(case) == ""


def _fits(finding: Finding, expected: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Say whether a finding is the expected one: its words, its weight, and the very lines of the very files."""
    shown = {(line.file, line.file_line) for line in finding.evidence}
    for name, needles in (expected.get("evidence") or {}).items():
        lines = texts[name].splitlines()
        for needle in [needles] if isinstance(needles, str) else needles:
            at = next((number for number, line in enumerate(lines, 1) if needle in line), None)
            assert at is not None, f"{name} does not hold {needle!r}"
            if (name, at) not in shown:
                return False
    for line in finding.evidence:
        # Where silence is the proof, the line is the command's, and the words say what it did not print.
        if line.file is not None and line.file_line is not None and not line.line.startswith("no line for"):
            # Of JSON, whose lines say nothing, the row is shown.
            there = texts[line.file].splitlines()[line.file_line - 1].strip()
            assert there == line.line or there.startswith(("{", "["))
    return (
        expected.get("severity", finding.severity) == finding.severity
        and expected.get("confidence", finding.confidence) == finding.confidence
        and expected.get("netns", finding.netns) == finding.netns
        and expected.get("summary", "") in finding.summary
        and expected.get("fix", "") in "\n".join(finding.fix_lines)
    )


def _told(report: Report) -> str:
    lines = []
    for finding in report.findings:
        lines.append(f"{finding.severity}/{finding.confidence} {finding.check} {finding.node} {finding.netns}: {finding.summary}")
        lines += [f"    {line.file}:{line.file_line} {line.line}" for line in finding.evidence]
        lines += [f"    fix: {line}" for line in finding.fix_lines]
    return "\n".join(lines) or "no findings"


@pytest.mark.parametrize("base", sorted(path.name for path in (HERE / "bases").iterdir()))
def test_a_healthy_cluster_is_silent(base: str) -> None:
    """No check finds anything in whole dumps of a healthy cluster."""
    assert _told(judged({path.name: path.read_text() for path in (HERE / "bases" / base).glob("*.txt")})) == "no findings"


@pytest.mark.parametrize("name", sorted(checks()))
def test_every_check_has_cases_of_both_kinds(name: str) -> None:
    """At least one cluster on which it speaks, and one on which it is silent."""
    assert {case.fires for case in CASES if case.check == name} == {True, False}


def test_every_file_of_cases_belongs_to_a_check() -> None:
    """A check that was renamed takes its cases along."""
    assert {case.check for case in CASES} <= set(checks())


def test_cases_mirror_the_families_of_checks() -> None:
    """A file of cases lies in the folder that has the name of the check's family."""
    families = {path.stem: path.parent.name for path in (HERE / "cases").rglob("*.yaml")}
    source = Path(podpath.checks.__file__).parent
    assert families == {name: next(source.rglob(f"{name.replace('-', '_')}.py")).parent.name for name in families}


@pytest.mark.parametrize("name", sorted(checks()))
def test_every_check_explains_itself(name: str) -> None:
    """Three sentences or more, among them how to look, with a command; a title, a summary, a fix."""
    check, cause = checks()[name], declared(name)
    sentences = re.findall(r"[.:?](?:\s|$)", cause.explain)
    assert len(sentences) >= 3
    assert re.search(r"`[a-z][\w.-]* [^`]+`", cause.explain), "no command to look with"
    assert "Check" in cause.explain
    assert cause.title
    assert check.asked == (not cause.summary)
    assert check.asked == (not cause.why)
    assert check.asked == (not cause.fix)


def _templates(name: str) -> Iterator[str]:
    """Yield all texts of a cause that facts are filled into."""
    cause = declared(name)
    yield from (*cause.summary, cause.why)
    yield from (phrase for phrases in cause.phrases.values() for phrase in phrases.values())
    for step in cause.fix:
        if isinstance(step, str):
            yield step
        else:
            yield from (step.words, step.note, *((*step.command.argv, step.command.node) if step.command is not None else ()))


@pytest.mark.parametrize("name", sorted(checks()))
def test_every_summary_can_be_used(name: str) -> None:
    """The first that can be filled is: a later one that needs all that an earlier one needs would never be."""
    needed = [set(fields(template)) for template in declared(name).summary]
    assert [later for at, later in enumerate(needed) if any(earlier <= later for earlier in needed[:at])] == []


@pytest.mark.parametrize("name", [name for name, check in checks().items() if check.sql])
def test_texts_use_only_what_the_query_yields(name: str, empty: Store) -> None:
    """A word in braces that the query does not yield would silently leave the text out."""
    check = checks()[name]
    names = set(empty.query(check.sql).names)
    if check.applies:
        assert empty.query(check.applies).names == ["ns"]
    words = {word.partition(".")[0] for text in _templates(name) for _, word, _, _ in Formatter().parse(text) if word}
    assert "ns" in names
    assert words <= names | GIVEN
