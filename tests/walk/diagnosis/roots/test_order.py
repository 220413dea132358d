"""Which cause is named where several would do."""

from podpath.state.trace import Verdict
from podpath.walk.diagnosis.roots.order import rooted
from podpath.walk.events import Outcome, Path
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world


def test_a_path_that_ends_well_has_no_root() -> None:
    """Nothing is looked for."""
    walk = Walker(world({"n1": node(1)}))
    (host,) = walk.cluster.hosts()
    assert rooted(walk, Path(Outcome(Verdict.DELIVERED, "", host, "eth0"))) is None
