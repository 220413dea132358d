"""``podpath collect -o LAKE/``, and the commands that read it."""

from pathlib import Path

import pytest

from podpath.cli.collect_lake import is_lake_output
from podpath.cli.main import main

SAMPLES = Path(__file__).parents[2] / "samples"
CANAL = str(SAMPLES / "three-node-canal")


def test_a_directory_with_a_slash_or_an_object_store_is_a_lake() -> None:
    """A file is a snapshot."""
    assert [is_lake_output(text) for text in ("lake/", "s3://b/l", "lake", None)] == [True, True, False, False]


def test_a_cluster_must_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lake holds nodes by cluster."""
    assert main(["collect", "-o", f"{tmp_path}/lake/", CANAL]) == 2
    assert "give its name with --cluster NAME" in capsys.readouterr().err


def test_a_lake_is_one_more_kind_of_snapshot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says the same of it as of what it was made of."""
    lake = f"{tmp_path}/lake"
    assert main(["collect", "-o", f"{lake}/", "--cluster", "prod", CANAL]) == 0
    told = capsys.readouterr().err
    assert told.count("of cluster prod at ") == 3
    asked = "SELECT dst, dst_len, via, dev FROM route ORDER BY ALL"
    for words in (["check"], ["trace", "10.42.0.10", "10.42.1.2"], ["sql", asked]):
        shown = []
        for source in (CANAL, lake, f"{lake}@today"):
            main([*words, source])
            shown.append(capsys.readouterr().out)
        assert shown[1:] == [shown[0]] * 2, words
    assert main(["diff", CANAL, lake]) == 0
    assert main(["sql", "SELECT count(*) FROM node", lake, str(SAMPLES / "docker-host"), "--format", "csv"]) == 0
    assert capsys.readouterr().out.endswith("\n4\n")


@pytest.mark.root
def test_this_node_is_pushed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With one command, as its timer does."""
    assert main(["collect", "-o", f"{tmp_path}/lake/", "--cluster", "prod"]) == 0
    assert "of cluster prod at " in capsys.readouterr().err
    assert main(["check", f"{tmp_path}/lake", "--fail-on", "never"]) == 0
