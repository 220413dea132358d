"""Builds the real programs of clusters from their Go modules, or takes them out of Debian's packages, into the cache.

Modules come by whatever the machine's ``go`` is set up with (GOPROXY and its like), packages by its apt. Nothing is installed.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from podpath.lab.components.registry import SOURCES, Source

_FLAGS: Final = ("-mod=mod", "-trimpath", "-buildvcs=false")
_MOST_SHOWN: Final = 12
Told = Callable[[str, float], None]
"""Called with a program that is there now, and the seconds that it took; 0: it was there before."""


class BuildError(Exception):
    """A program cannot be obtained here; the message says why, and what would help."""


def build(programs: Iterable[str], *, deadline: float = float("inf"), told: Told = lambda *_: None) -> None:
    """Build those of these programs that are missing.

    Args:
        programs: their names.
        deadline: by ``time.monotonic``; what is done by then stays in the cache.
        told: is called for each program.

    Raises:
        BuildError: a tool is missing, a registry refused something, or the time is up.
    """
    wanted = set(programs)
    for source in SOURCES:
        missing = [name for name in source.missing if name in wanted]
        for name in sorted(wanted & set(source.programs) - set(missing)):
            told(name, 0)
        if missing:
            (_compile if source.version else _unpack)(source, missing, deadline, told)


def _compile(source: Source, programs: list[str], deadline: float, told: Told) -> None:
    """Build programs of a Go module, by a module of our own that requires it."""
    if shutil.which("go") is None:
        raise BuildError(f"{source.name} is built by Go, and there is no `go` on PATH (https://go.dev/dl)")
    with tempfile.TemporaryDirectory(prefix="podpath-build-") as made:
        home = Path(made)
        facts = _json(["go", "mod", "download", "-json", f"{source.name}@{source.version}"], home, deadline)
        lines = _json(["go", "mod", "edit", "-json", facts["GoMod"]], home, deadline)
        module = [*_module(source, lines, home), *_copied(source, Path(facts["Dir"]), home)]
        (home / "go.mod").write_text("\n".join(module) + "\n", encoding="utf-8")
        stamps = " ".join(f"-X {name}={source.version}" for name in source.stamps)
        for program in programs:
            began = time.monotonic()
            package = f"{source.name}/{source.programs[program]}".removesuffix("/.")
            _run(["go", "build", *_FLAGS, f"-ldflags=-s -w {stamps}", "-o", program, package], home, deadline)
            _keep(home / program, source.folder / program)
            told(program, time.monotonic() - began)


def _module(source: Source, lines: Mapping[str, Any], home: Path) -> list[str]:
    """Return the lines of a go.mod that requires a module.

    Replacements in a go.mod count for its own module alone, so that they are said again: in place of a folder beside its sources
    stands the module that is published under the same name. A module that no registry gives is an empty one.
    """
    found = ["module podpath/build", f"go {lines['Go']}", f"require {source.name} {source.version}"]
    for each in lines.get("Replace") or []:
        old, new = each["Old"]["Path"], each["New"]
        beside = new["Path"].startswith(".")
        found.append(f"replace {old} => {old} {source.staged}" if beside else f"replace {old} => {new['Path']} {new['Version']}")
    required = [each["Path"] for each in lines.get("Require") or []]
    for i, name in enumerate(path for path in required if path.startswith(source.refused)):
        stub = home / f"stub{i}"
        stub.mkdir()
        (stub / "go.mod").write_text(f"module {name}\n", encoding="utf-8")
        found.append(f"replace {name} => ./{stub.name}")
    return found


def _copied(source: Source, folder: Path, home: Path) -> list[str]:
    """Copy a module with some packages emptied, and return the line of a go.mod that uses the copy."""
    if not source.left_out:
        return []
    copy = home / "copy"
    shutil.copytree(folder, copy)
    for directory in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
        directory.chmod(0o755)  # Go's cache is read-only
    for name in source.left_out:
        package = copy / name
        for file in package.glob("*.go"):
            file.unlink()
        (package / "empty.go").write_text(f"package {package.name}\n", encoding="utf-8")
    return [f"replace {source.name} => ./{copy.name}"]


def _unpack(source: Source, programs: list[str], deadline: float, told: Told) -> None:
    """Take programs from this machine, or from a Debian package."""
    began = time.monotonic()
    if all(shutil.which(name) for name in programs):
        for name in programs:
            _keep(Path(str(shutil.which(name))), source.folder / name)
    elif shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise BuildError(f"{' and '.join(programs)} is not on PATH, and this machine has no apt-get to take {source.name} from")
    else:
        with tempfile.TemporaryDirectory(prefix="podpath-build-") as made:
            home = Path(made)
            _run(["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", source.name], home, deadline)
            for package in home.glob("*.deb"):
                _run(["dpkg-deb", "-x", package.name, "."], home, deadline)
            for name in programs:
                _keep(home / source.programs[name], source.folder / name)
    for name in programs:
        told(name, time.monotonic() - began)


def _keep(made: Path, place: Path) -> None:
    """Put a program into the cache in one step, also if another process builds it at the same time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    whole = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.copy2(made, whole)
    whole.replace(place)


def _said(text: str) -> list[str]:
    """Return the last lines of what a command printed, without those about downloads."""
    return [line for line in text.strip().splitlines() if not line.startswith("go: downloading")][-_MOST_SHOWN:]


def _json(words: list[str], folder: Path, deadline: float) -> dict[str, Any]:
    return dict(json.loads(_run(words, folder, deadline)))


def _run(words: list[str], folder: Path, deadline: float) -> str:
    """Run a command, and return what it printed.

    Raises:
        BuildError: it failed, or the time is up.
    """
    left = deadline - time.monotonic()
    env = os.environ | {"GOWORK": "off", "GO111MODULE": "on", "CGO_ENABLED": "0"}
    env["PATH"] = f"{env.get('PATH', '')}:/usr/sbin:/sbin"
    limit = None if left == float("inf") else max(left, 0.001)
    try:
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=limit, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BuildError(f"`{words[0]} {words[1]}` for {words[-1]} did not end in time") from None
    if done.returncode:
        said = "\n".join(f"  {line}" for line in _said(done.stderr or done.stdout))
        raise BuildError(f"`{' '.join([*words[:2], words[-1]])}` failed:\n{said}")
    return done.stdout
