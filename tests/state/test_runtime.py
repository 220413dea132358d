"""What a container does, in words, by what its engine says."""

import pytest

from podpath.state.runtime import Container


@pytest.mark.parametrize(
    ("state", "code", "runs", "said"),
    [
        ("running", None, True, None), (None, None, True, None), ("Up", None, True, None),
        ("exited", 137, False, "is not running (exit code 137)"), ("exited", None, False, "is not running"),
        ("created", 128, False, "was created and never started"), ("paused", None, False, "is paused"),
        ("restarting", 3, False, "keeps exiting (exit code 3) and restarting"),
    ],
)  # fmt: skip
def test_a_container_runs_or_has_its_reason(state: str | None, code: int | None, runs: bool, said: str | None) -> None:  # noqa: FBT001
    """One of which nothing is said is taken to run."""
    one = Container("1f", "web", state=state, exit_code=code)
    assert one.runs is runs
    assert said is None or one.standing == said


@pytest.mark.parametrize(
    ("runtime", "program"), [(None, "docker"), ("docker", "docker"), ("podman", "podman"), ("containerd", ""), ("lxc", "")]
)
def test_a_runtime_has_a_command_line_or_none(runtime: str | None, program: str) -> None:
    """`containerd start` is no command: what cannot be typed is not printed."""
    assert Container("1f", "web", runtime=runtime).program == program
