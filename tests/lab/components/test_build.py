"""Building the real programs, with stand-ins for Go and Debian's tools: the real build takes minutes (tests/real)."""

import json
import os
import time
from pathlib import Path

import pytest

from podpath.lab.components import registry
from podpath.lab.components.build import BuildError, build

GO = """#!/bin/sh
case "$1 $2" in
"mod download") echo '{"GoMod": "'"$MODULE"'/go.mod", "Dir": "'"$MODULE"'"}' ;;
"mod edit") cat "$MODULE/facts.json" ;;
*)
    while [ "$1" != -o ]; do shift; done
    [ "$3" != example.org/thing/cmd/slow ] || exec sleep 30
    [ "$3" != example.org/thing/cmd/bad ] || { echo "go: downloading x" >&2; echo "bad.go:1: no" >&2; exit 1; }
    { echo '#!/bin/sh'; echo "# $3"; } >"$2"; chmod +x "$2"; cp go.mod "$MODULE/asked.mod"; cp -r . "$MODULE/asked" ;;
esac
"""
FACTS = {
    "Go": "1.26.0",
    "Require": [{"Path": "example.org/sdk/one"}, {"Path": "example.org/other"}],
    "Replace": [
        {"Old": {"Path": "example.org/api"}, "New": {"Path": "./staging/api"}},
        {"Old": {"Path": "example.org/old"}, "New": {"Path": "example.org/new", "Version": "v1.2.3"}},
    ],
}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a module's folder, as Go's cache would hold it, beside a program that acts as Go."""
    folder = tmp_path / "module"
    (folder / "pkg" / "vpc").mkdir(parents=True)
    (folder / "pkg" / "vpc" / "vpc.go").write_text('package vpc\nimport _ "example.org/sdk/one"\n', encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps(FACTS), encoding="utf-8")
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(GO, encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("MODULE", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def known(monkeypatch: pytest.MonkeyPatch, source: registry.Source) -> None:
    """Let this be all that can be built."""
    monkeypatch.setattr(registry, "SOURCES", (source,))
    monkeypatch.setattr("podpath.lab.components.build.SOURCES", (source,))


def thing(**programs: str) -> registry.Source:
    """Return a source with programs."""
    return registry.Source(
        "example.org/thing", "v2.0.0", programs, staged="v0.2.0", left_out=("pkg/vpc",), refused=("example.org/sdk",)
    )


def test_a_program_is_built_once(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """By a module that says again what the real one replaces; afterwards it is there."""
    source = thing(good="cmd/good")
    known(monkeypatch, source)
    heard: list[tuple[str, bool]] = []
    for _ in range(2):
        build(["good"], told=lambda name, seconds: heard.append((name, seconds > 0)))
    assert heard == [("good", True), ("good", False)]
    assert "example.org/thing/cmd/good" in (source.folder / "good").read_text(encoding="utf-8")
    asked = (module / "asked.mod").read_text(encoding="utf-8").splitlines()
    assert asked[1:] == [
        "go 1.26.0",
        "require example.org/thing v2.0.0",
        "replace example.org/api => example.org/api v0.2.0",
        "replace example.org/old => example.org/new v1.2.3",
        "replace example.org/sdk/one => ./stub0",
        "replace example.org/thing => ./copy",
    ]


def test_what_a_registry_refuses_is_left_out(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """The package that imports it is empty in a copy; the module itself is an empty one; Go's cache stays as it is."""
    known(monkeypatch, thing(good="cmd/good"))
    build(["good"])
    asked = module / "asked"
    assert [path.name for path in (asked / "copy" / "pkg" / "vpc").iterdir()] == ["empty.go"]
    assert (asked / "copy" / "pkg" / "vpc" / "empty.go").read_text(encoding="utf-8") == "package vpc\n"
    assert (asked / "stub0" / "go.mod").read_text(encoding="utf-8") == "module example.org/sdk/one\n"
    assert (module / "pkg" / "vpc" / "vpc.go").exists()


def test_a_failure_is_told_with_what_the_compiler_said(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """Without the lines that tell what was fetched; nothing is kept."""
    source = thing(bad="cmd/bad")
    known(monkeypatch, source)
    with pytest.raises(BuildError) as told:
        build(["bad"])
    assert str(told.value) == "`go build example.org/thing/cmd/bad` failed:\n  bad.go:1: no"
    assert source.missing == ["bad"]
    assert module.exists()


@pytest.mark.usefixtures("module")
def test_a_build_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says what was not done."""
    known(monkeypatch, thing(slow="cmd/slow"))
    with pytest.raises(BuildError, match="did not end in time"):
        build(["slow"], deadline=time.monotonic() + 0.2)


def test_a_program_of_this_machine_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """Instead of a package of Debian."""
    own = module.parent / "bin" / "etcd"
    own.write_text("#!/bin/sh\n", encoding="utf-8")
    own.chmod(0o755)
    source = registry.Source("etcd-server", "", {"etcd": "usr/bin/etcd"})
    known(monkeypatch, source)
    build(["etcd"])
    assert source.missing == []


def test_a_machine_without_go_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before anything is fetched."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BuildError, match="there is no `go` on PATH"):
        build(["kubectl"])
    with pytest.raises(BuildError, match="no apt-get to take etcd-server from"):
        build(["etcd"])
