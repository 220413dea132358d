"""What a runtime is."""

from pathlib import Path

from podpath.collect.runtimes.interface import Where


def test_the_environment_is_the_processs_own_unless_given(monkeypatch: object) -> None:
    """As the runtimes' own clients read it."""
    assert hasattr(monkeypatch, "setenv")
    monkeypatch.setenv("DOCKER_HOST", "unix:///x")
    assert Where(0.0).environ["DOCKER_HOST"] == "unix:///x"
    assert Where(0.0, Path("/"), {}).environ == {}
