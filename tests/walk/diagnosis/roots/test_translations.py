"""The root behind a packet that was lost: a rule that leads to a container that has gone.

All of the lab's faults are in tests/walk/test_lab_truth.py.
"""

import pytest

from tests.walk.test_lab_truth import judge


@pytest.mark.root
@pytest.mark.lab
def test_the_root_is_named() -> None:
    """Real packets are lost as the walk says, and the cause is not where they ended."""
    differ, misnamed = judge("docker", ["hostport-stale-dnat"])
    assert (differ, misnamed) == ([], [])
