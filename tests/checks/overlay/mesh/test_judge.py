"""The mesh as a whole."""

from podpath.checks.overlay.mesh.judge import judge_mesh
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store
from tests.checks.overlay.mesh.clusters import damaged, judged


def test_an_empty_snapshot_has_no_mesh() -> None:
    """No overlay, no cause, nothing unknown."""
    with Store() as store:
        assert judge_mesh(store, Witness(store)) == ((), (), ())


def test_pairs_that_break_by_one_cause_are_one_finding() -> None:
    """206 has another MAC: both entries of 204 that lead there are its symptoms."""
    report = judged(damaged("206", "ether 82:ce:7c:3e:91:36", "ether 5e:89:db:49:c6:a4"))
    errors = [f for f in report.findings if f.severity == "error"]
    assert [(f.check, f.node, f.related) for f in errors] == [("vtep-mac-mismatch", "192.168.200.206", ("192.168.200.204",))]
