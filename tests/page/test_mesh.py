"""The mesh as letters."""

from podpath.checks.overlay.mesh.judge import judge_mesh
from podpath.page.mesh import meshes, pairs
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store
from podpath.state.finding import OverlayResult, Pair, Report, Status


def report(unknown: int, *given: Pair) -> Report:
    """Return a report with an overlay of three nodes."""
    return Report(("a", "b", "c"), (), (), (OverlayResult("vxlan0", ("a", "b", "c"), 6 - unknown - 1, 1, unknown, given),), 1)


def states(told: Report) -> list[str]:
    """Return the letters, of a snapshot in which a and b were captured."""
    with Store() as store:
        judge_mesh(store, Witness(store))
        for name, ns in (("a", 1), ("b", 2), ("c", 0)):
            store.connection.execute("INSERT INTO vtep (name, dev, overlay, ns) VALUES (?, 'vxlan0', 'vxlan0', ?)", [name, ns])
        (mesh,) = meshes(store, told)
        found: list[str] = mesh["states"]
        return found


def test_pairs_that_nobody_doubted_are_proven() -> None:
    """And a node that was not captured proves nothing."""
    assert states(report(0, Pair("vxlan0", "a", "b", Status.BROKEN, ()))) == ["pbp", "ppp", "uuu"]


def test_where_more_is_unknown_than_was_judged_nothing_else_is_called_proven() -> None:
    """It is not known which."""
    assert states(report(2, Pair("vxlan0", "a", "b", Status.BROKEN, ()))) == ["ubu", "uuu", "uuu"]


def test_a_pair_is_found_by_its_place() -> None:
    """As the page asks for it."""
    assert list(pairs(report(0, Pair("vxlan0", "c", "a", Status.BROKEN, ())))) == ["vxlan0 2 0"]
