"""The faults of the lab as a benchmark."""

from typing import Any

import pytest

from podpath.lab.bench import Answer, Command, Score, SolverError, answered, scores
from podpath.lab.client import Cluster
from podpath.lab.faults import run

SMALL = ("flannel-vxlan",)


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        ({}, Answer()),
        ({"cause": "device-down"}, Answer("device-down")),
        (
            {"cause": "device-down", "fix": [{"where": "n1", "command": "ip link set eth0 up"}]},
            Answer("device-down", (Command("n1", "ip link set eth0 up"),)),
        ),
    ],
)
def test_an_answer_is_read(document: object, answer: Answer) -> None:
    """A solver may know the cause and no fix, or nothing."""
    assert answered(document) == answer


@pytest.mark.parametrize(
    "document",
    [
        [], "device-down", None, {"cause": 7}, {"fix": "ip link"}, {"fix": ["ip link"]}, {"fix": [{"where": "n1"}]},
        {"fix": [{"where": "n1", "command": "x", "more": 1}]}, {"fix": [{"where": "n1", "command": "true"}] * 51},
        {"answer": "x"},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told(document: object) -> None:
    """A program that prints something else gets a reason, not a score by guess."""
    with pytest.raises(SolverError):
        answered(document)


@pytest.mark.lab
@pytest.mark.timeout(300)
def test_packets_decide_whether_a_lab_is_fixed() -> None:
    """Who knows the lab's own notes and undoes the fault has both points; the same seed gives the same fault."""
    asked: list[dict[str, Any]] = []

    def knows(task: dict[str, Any], lab: Cluster) -> Answer:
        asked.append(task)
        (made,) = run.broken(lab)
        run.mend(lab)
        return Answer(made.name, (Command("n1", "true"),))

    def guesses(task: dict[str, Any], _: Cluster) -> Answer:
        wrong = [cause for cause in task["causes"] if cause != first.fault]
        return Answer(wrong[0], (Command("n1", "false"),))

    def fails(_: dict[str, Any], __: Cluster) -> Answer:
        raise SolverError("no idea")

    (first,) = scores(knows, 1, 11, SMALL)
    assert (first.named, first.fixed, first.error) == (True, True if asked[0]["symptoms"] else None, "")
    assert first.fault in asked[0]["causes"]
    assert first.fault not in str({**asked[0], "causes": []})
    (second,) = scores(guesses, 1, 11, SMALL)
    assert (second.fault, second.node, second.named) == (first.fault, first.node, False)
    assert second.fixed is not True
    (third,) = scores(fails, 1, 11, SMALL)
    assert isinstance(third, Score)
    assert (third.cause, third.named, third.error) == ("", False, "no idea")
