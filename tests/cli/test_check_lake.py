"""``podpath check LAKE`` of several clusters."""

import json

import pytest

from benchmarks.clusters import damages
from podpath.cli.main import main
from podpath.lake.place import LakeFolder
from tests.lake.helper import asked, made, pushed


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a lake with a healthy and a damaged cluster."""
    folder = tmp_path_factory.mktemp("fleet")
    found = LakeFolder(str(folder / "lake"))
    pushed(found, "good", made(folder / "good.podpath", 3))
    pushed(found, "bad", made(folder / "bad.podpath", 3, list(damages(3, 1, 1))))
    return found.url


@pytest.mark.few(1)
@pytest.mark.parametrize("words", [[], ["--mesh"], ["--mesh", "rows"], ["--engine", "local", "--workers", "1"]])
def test_all_clusters_are_judged_in_one_report(lake: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The worst first; what is found is told as it comes, and kept in the lake."""
    assert main(["check", lake, *words, "--ignore", "bridge-address-missing"]) == 1
    shown = capsys.readouterr()
    assert "2/2 " in shown.err
    lines = shown.out.splitlines()
    assert "2 clusters, 6 nodes" in lines[0]
    assert [line.split()[1] for line in lines[2:4]] == ["bad", "good"]
    kept = asked(f"SELECT DISTINCT cluster FROM read_parquet('{lake}/result/**/*.parquet', hive_partitioning = true)")
    assert ("bad",) in kept


def test_json_holds_the_report_of_each_cluster(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output alone."""
    assert main(["check", lake, "--mesh", "--format", "json", "--no-results", "--fail-on", "never"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(one["cluster"], one["pairs"]["broken"]) for one in document["clusters"]] == [("bad", 1), ("good", 0)]


def test_one_cluster_has_the_ordinary_report(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In every form."""
    main(["check", lake, "--cluster", "good", "--format", "markdown"])
    assert "6 of 6 pairs proven" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["LAKE", "--format", "sarif"], "choose one with --cluster for sarif"),
        (["LAKE", "--engine", "spark"], 'there is no engine "spark"'),
        (["samples/docker-host", "--mesh"], "judge a lake: give one"),
        (["LAKE", "--cluster", "none"], 'no cluster "none"; it has bad, good'),
        (["LAKE@2020-01-01"], "no captures of the week before 2020-01-01"),
        (["LAKE", "--as-of", "soon"], '"soon" is neither a line nor a day'),
    ],
)
def test_what_cannot_be_done_is_said(lake: str, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence."""
    arguments = ["check", *(word.replace("LAKE", lake) for word in words)]
    if "soon" in words:
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
    else:
        assert main(arguments) == 2
    assert message in capsys.readouterr().err
