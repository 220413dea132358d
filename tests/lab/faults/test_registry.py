"""The faults there are."""

import pytest

from podpath.lab.faults.registry import faults


def test_files_are_faults_by_their_names() -> None:
    """With hyphens; what is no fault is none."""
    assert "vtep-mac-mismatch" in faults()
    assert not {"interface", "registry", "run"} & set(faults())


@pytest.mark.parametrize("name", faults())
def test_a_fault_tells_what_it_is(name: str) -> None:
    """In a line that fits a list, with a hint for learners."""
    fault = faults()[name]
    assert 10 < len(fault.title) < 90
    assert not fault.title.endswith(".")
    assert fault.hint
