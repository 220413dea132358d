"""Arguments that name a lake."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from podpath.lake.arguments import LakeChoice, cluster_store, clusters_of, day_of, moment_of, names_lake, split
from podpath.lake.place import LakeError, open_lake
from tests.lake.helper import cluster_lake, made, pushed


def test_a_day_is_a_word_or_a_date() -> None:
    """The last of that name, today among them."""
    began = datetime.now(UTC).date()
    today, yesterday, monday = (day_of(word) for word in ("today", "yesterday", "monday"))
    assert monday is not None
    if datetime.now(UTC).date() == began:  # not at midnight
        assert (today, yesterday) == (began, began - timedelta(days=1))
        assert (monday.weekday(), 0 <= (began - monday).days < 7) == (0, True)
    assert (str(day_of("2026-11-30")), day_of("2026-13-30"), day_of("some day")) == ("2026-11-30", None, None)


def test_a_lake_and_its_day_are_one_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with such a sign in its name is no day."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x@today").mkdir()
    assert [split(text) for text in ("lake@monday", "x@today", "s3://b/me@here", "s3://b/l@2026-11-30")] == [
        ("lake", "monday"), ("x@today", None), ("s3://b/me@here", None), ("s3://b/l", "2026-11-30"),
    ]  # fmt: skip


def test_a_moment_is_the_end_of_its_day(tmp_path: Path) -> None:
    """Today ends now."""
    assert moment_of(LakeChoice(fresh=60.0), "2026-01-02").until == datetime(2026, 1, 2, 23, 59, 59, tzinfo=UTC).timestamp()
    assert abs(moment_of(LakeChoice(), None).until - datetime.now(UTC).timestamp()) < 60
    with pytest.raises(LakeError, match='"soon" is no day'):
        moment_of(LakeChoice(as_of="soon"), None)
    assert not names_lake(str(tmp_path))


def test_one_of_several_clusters_must_be_chosen(tmp_path: Path) -> None:
    """The message names them."""
    lake = cluster_lake(tmp_path, 2)
    pushed(lake, "test", made(tmp_path / "t.podpath", 3))
    with pytest.raises(LakeError, match=r"has 2 clusters \(prod, test\): choose one with --cluster"):
        cluster_store(lake.url, LakeChoice())
    with pytest.raises(LakeError, match='no cluster "none"; it has prod, test'):
        clusters_of(open_lake(lake.url), LakeChoice("none"), moment_of(LakeChoice(), None))
    with pytest.raises(LakeError, match="no captures of the week before 2020-01-01"):
        cluster_store(f"{lake.url}@2020-01-01", LakeChoice())
    with cluster_store(lake.url, LakeChoice("test")) as store:
        assert store.raw("SELECT count(*) FROM node") == [(3,)]
