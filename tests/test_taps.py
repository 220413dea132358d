"""What `make dist` writes for krew and Homebrew. `make test-dist` lets krew itself install the plugin."""

import hashlib
import tarfile
from pathlib import Path

import yaml

from podpath import __version__
from tools.write_taps import written

_URL = "https://releases.example/podpath"


def _written(folder: Path) -> Path:
    folder.mkdir()
    (folder / "kubectl-podpath.pyz").write_bytes(b"#!/usr/bin/env python3\n")
    (folder / f"podpath-{__version__}.tar.gz").write_bytes(b"sources")
    written(folder, _URL)
    return folder


def test_the_manifest_names_the_archive_and_what_it_holds(tmp_path: Path) -> None:
    """By its own sum; the executable is in it."""
    dist = _written(tmp_path / "dist")
    spec = yaml.safe_load((dist / "podpath.krew.yaml").read_text())["spec"]
    (machine,) = spec["platforms"]
    archive = dist / Path(machine["uri"]).name
    assert machine["uri"] == f"{_URL}/{archive.name}"
    assert machine["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    with tarfile.open(archive) as tar:
        assert tar.getmember(machine["bin"]).mode & 0o111
    assert spec["version"] == f"v{__version__}"


def test_the_formula_names_the_sources(tmp_path: Path) -> None:
    """By their address and sum."""
    dist = _written(tmp_path / "dist")
    sources = dist / f"podpath-{__version__}.tar.gz"
    lines = [line.strip() for line in (dist / "podpath.rb").read_text().splitlines()]
    assert f'url "{_URL}/{sources.name}"' in lines
    assert f'sha256 "{hashlib.sha256(sources.read_bytes()).hexdigest()}"' in lines


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    """Bit by bit."""
    one, other = (_written(tmp_path / name) / "podpath-krew.tar.gz" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
