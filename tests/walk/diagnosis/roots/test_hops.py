"""The root behind a packet that was lost: a route that leads to another node.

All of the lab's faults are in tests/walk/test_lab_truth.py.
"""

import pytest

from tests.walk.test_lab_truth import judge


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
def test_the_root_is_named() -> None:
    """Real packets are lost as the walk says, and the cause is not where they ended."""
    differ, misnamed = judge("flannel-vxlan 3 6", ["route-wrong-next-hop"])
    assert (differ, misnamed) == ([], [])
