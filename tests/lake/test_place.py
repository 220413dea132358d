"""Where a lake is."""

import sys
from pathlib import Path

import pytest

from podpath.lake.place import LakeError, LakeFolder, is_lake, is_url, open_lake


def test_an_object_is_listed_read_and_removed(tmp_path: Path) -> None:
    """With its folders, when they are empty."""
    (tmp_path / "x").write_bytes(b"abc")
    lake = LakeFolder(str(tmp_path / "lake"))
    lake.put("push/cluster=a/one", tmp_path / "x")
    lake.put("push/cluster=a/two", tmp_path / "x")
    assert sorted(lake.objects("push/")) == [("push/cluster=a/one", 3), ("push/cluster=a/two", 3)]
    assert is_lake(lake.url)
    files = lake.local(["push/cluster=a/one", "push/gone"])
    assert {name: file.read_bytes() for name, file in files.items()} == {"push/cluster=a/one": b"abc"}
    lake.delete(["push/cluster=a/one", "push/gone"])
    assert [item.name for item in lake.objects("")] == ["push/cluster=a/two"]
    lake.delete(["push/cluster=a/two"])
    assert list((tmp_path / "lake").iterdir()) == []


def test_an_unfinished_object_is_not_listed(tmp_path: Path) -> None:
    """It is written under a name that begins with a dot."""
    (tmp_path / "push").mkdir()
    (tmp_path / "push" / ".a.0123456789abcdef.part").write_text("x")
    assert list(LakeFolder(str(tmp_path)).objects("push/")) == []


def test_what_is_no_lake_is_none(tmp_path: Path) -> None:
    """A folder with texts, a file."""
    (tmp_path / "n1.txt").write_text("x")
    assert [is_lake(str(path)) for path in (tmp_path, tmp_path / "n1.txt", tmp_path / "none")] == [False, False, False]
    with pytest.raises(LakeError, match="not a directory"):
        open_lake(str(tmp_path / "n1.txt"))


def test_the_addresses_of_object_stores_are_known() -> None:
    """By their scheme."""
    assert [is_url(text) for text in ("s3://b/x", "gs://b", "az://b", "abfs://b", "https://b", "/s3")] == [True] * 4 + [False] * 2


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it."""
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(LakeError, match=r"pip install 'podpath\[fleet\]'"):
        open_lake("s3://bucket/lake")
