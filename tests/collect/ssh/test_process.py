"""What processes of ssh have in common."""

import os
import subprocess

import pytest

from podpath.collect.ssh.process import kill, surroundings


def test_who_may_not_ask_has_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no program that asks on a screen; all else of the environment stays, which ssh's agent needs."""
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    monkeypatch.delenv("SSH_ASKPASS_REQUIRE", raising=False)
    alone, asking = surroundings(ask=False), surroundings(ask=True)
    assert (alone.start_new_session, alone.env["SSH_ASKPASS_REQUIRE"]) == (True, "never")
    assert (asking.start_new_session, asking.env) == (False, dict(os.environ))
    assert alone.env["SSH_AUTH_SOCK"] == "/nowhere"


def test_what_has_ended_already_is_no_error() -> None:
    """Alone, or as a group."""
    for group in (False, True):
        process = subprocess.Popen(["sleep", "60"], start_new_session=group)
        kill(process.pid, group=group)
        assert process.wait(5) == -9
        kill(process.pid, group=group)
