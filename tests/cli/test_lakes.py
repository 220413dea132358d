"""What the options of a command say of lakes."""

import argparse
from pathlib import Path

import pytest

from podpath.api.errors import UserError
from podpath.cli.lakes import choice_of, opened
from podpath.lake.arguments import LakeChoice


def test_options_say_which_cluster_and_which_day() -> None:
    """A line to read up to is no day."""
    options = argparse.Namespace(cluster="prod", as_of="monday", fresh=60.0)
    assert choice_of(options) == LakeChoice("prod", "monday", 60.0)
    assert choice_of(argparse.Namespace(as_of=120)) == LakeChoice()


def test_what_is_no_lake_is_said(tmp_path: Path) -> None:
    """In a sentence."""
    (tmp_path / "x").write_text("x")
    with pytest.raises(UserError, match="not a directory"):
        opened(str(tmp_path / "x"))
