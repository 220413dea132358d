"""Where the real programs of clusters are."""

from dataclasses import replace
from pathlib import Path

import pytest

from podpath.lab.components import registry


def test_programs_are_below_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_CACHE_HOME counts if it is absolute, as its specification says; else HOME has it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert registry.path("kubectl").is_relative_to(tmp_path / "podpath" / "real")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/me")
    assert registry.cache() == Path("/home/me/.cache/podpath/real")


def test_a_folder_is_named_after_all_that_decides_what_is_in_it() -> None:
    """Another version, another stamp: another folder, so that no old program is taken for a new one."""
    source = registry.KUBERNETES
    assert source.folder.name.startswith("kubernetes-v1.")
    assert registry.KUBE_ROUTER.folder.name.startswith("kube-router-v2.")
    assert registry.ETCD.folder.name.startswith("etcd-server-debian-")
    assert len({source.folder, replace(source, version="v1.0.0").folder, replace(source, stamps=()).folder}) == 3


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that nobody may run is no program."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert registry.FLANNEL.missing == ["flanneld"]
    path = registry.path("flanneld")
    path.parent.mkdir(parents=True)
    path.touch(mode=0o644)
    assert registry.FLANNEL.missing == ["flanneld"]
    path.chmod(0o755)
    assert registry.FLANNEL.missing == []
    with pytest.raises(KeyError):
        registry.source_of("ls")
