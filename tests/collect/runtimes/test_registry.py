"""Runtimes are found by their modules."""

from podpath.collect.runtimes.registry import runtimes


def test_each_runtime_is_found_by_its_file() -> None:
    """In the order of their names."""
    assert [runtime.name for runtime in runtimes()] == ["containerd", "cri", "docker", "lxc", "podman"]
