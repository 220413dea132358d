"""``podpath lab bench``."""

import json
import sys
from pathlib import Path

import pytest

from podpath.cli.main import main

pytestmark = pytest.mark.timeout(300)
ANSWER = """
import json, sys
task = json.load(sys.stdin)
print(json.dumps({"cause": task["causes"][0], "fix": []}))
"""


@pytest.mark.lab
def test_podpath_answers_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """It names the fault of a lab that it has never seen; the seed is printed, so that anybody can repeat it."""
    code = main(["lab", "bench", "--tasks", "1", "--seed", "5", "--topologies", "canal"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seed 5, 1 task"
    assert "named" in lines[1]
    assert lines[-1].startswith("named 1 of 1, fixed ")
    assert code in {0, 1}


@pytest.mark.lab
def test_a_program_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It reads the task and prints its answer; scores are JSON on demand."""
    solver = tmp_path / "solver.py"
    solver.write_text(ANSWER)
    words = [
        "--tasks",
        "1",
        "--seed",
        "6",
        "--topologies",
        "flannel-vxlan",
        "--format",
        "json",
        "--",
        sys.executable,
        str(solver),
    ]
    main(["lab", "bench", *words])
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["seed"]) == ("podpath.lab-bench/1", 6)
    (score,) = told["scores"]
    assert score["cause"]
    assert score["named"] == (score["cause"] == score["fault"])


@pytest.mark.lab
def test_a_program_that_fails_gets_no_point(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason stands beside its score."""
    words = ["--tasks", "1", "--seed", "6", "--topologies", "flannel-vxlan", "--", "false"]
    assert main(["lab", "bench", *words]) == 1
    assert "exit status 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--tasks", "0"], "--tasks must be at least 1"), (["--topologies", "nonsense"], "nonsense")],
)
def test_what_a_person_got_wrong_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a lab is built."""
    assert main(["lab", "bench", *words]) == 2
    assert told in capsys.readouterr().err
