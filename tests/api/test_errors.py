"""Errors that a person can cause."""

import pytest

from podpath.api.errors import UserError
from podpath.cli.main import main


def test_a_user_error_is_a_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever command raises it."""

    def fail(_: object) -> int:
        raise UserError("this is what happened")

    monkeypatch.setattr("podpath.cli.explain.run", fail)
    monkeypatch.setattr("podpath.cli.explain.find", None, raising=False)
    assert main(["explain", "veth"]) == 2
    assert capsys.readouterr().err == "podpath: this is what happened\n"
