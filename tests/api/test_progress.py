"""Reports of what is being done."""

import pytest

from podpath.api.progress import ProgressReceiver, Silent


def test_a_program_that_needs_no_reports_gets_none(capsys: pytest.CaptureFixture[str]) -> None:
    """Not on standard output, not on standard error."""
    silent: ProgressReceiver = Silent()
    silent.step("reading")
    silent.read("reading", 5)
    assert capsys.readouterr() == ("", "")
