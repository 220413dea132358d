"""What the checks found, as Parquet in the lake."""

from pathlib import Path

from podpath.lake.place import LakeFolder
from podpath.lake.results import write_results
from podpath.state.finding import Confidence, Finding, Report, Severity
from podpath.state.fleet import ClusterResult
from tests.lake.helper import asked

FOUND = Finding("fdb-wrong-mac", Severity.ERROR, Confidence.PROVEN, "n1", "", "wrong", "lost", (), ())


def test_results_are_a_table_of_the_lake(tmp_path: Path) -> None:
    """Those of a later run of the same day replace them; a cluster without findings has none."""
    lake = LakeFolder(str(tmp_path / "lake"))
    for findings in ((FOUND, FOUND), (FOUND,)):
        write_results(lake, ClusterResult("prod", 1, Report((), findings, (), (), 1), None), "2026-11-30")
    write_results(lake, ClusterResult("good", 1, Report((), (), (), (), 1), None), "2026-11-30")
    write_results(lake, ClusterResult("none", 0, None, None, problem="x"), "2026-11-30")
    files = f"read_parquet('{lake.url}/result/**/*.parquet', hive_partitioning = true)"
    rows = asked(f'SELECT cluster, day::VARCHAR, node_name, "check", severity, summary FROM {files}')
    assert rows == [("prod", "2026-11-30", "n1", "fdb-wrong-mac", "error", "wrong")]
