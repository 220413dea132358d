"""Writes what package managers read that get podpath from a release: krew's manifest and plugin, and a formula of Homebrew.

    python tools/write_taps.py DIST URL

DIST holds the plugin as one file (`kubectl-podpath.pyz`) and the sources; URL is the folder from which people get a release's
files. krew: https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest; Homebrew: https://docs.brew.sh/Formula-Cookbook.
"""

import gzip
import hashlib
import io
import os
import platform
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import yaml

from podpath import __version__

ROOT = Path(__file__).parent.parent
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_DESCRIPTION = """\
Walks a packet through the state of the kernels on its path, there and back, and says
what stops it: which route, neighbour entry, rule or NetworkPolicy, with the command
that fixes it. It needs read rights; --help of each command says which."""
_CAVEATS = "It needs Linux and Python {python}."


def written(dist: Path, url: str) -> None:
    """Write ``podpath-krew.tar.gz``, ``podpath.krew.yaml`` and ``podpath.rb`` into a folder.

    Args:
        dist: the folder.
        url: address of the folder from which people get the same files.
    """
    archive = dist / "podpath-krew.tar.gz"
    archive.write_bytes(_archive({"kubectl-podpath": dist / "kubectl-podpath.pyz", "LICENSE": ROOT / "LICENSE"}))
    made = yaml.safe_dump(manifest(_sum(archive), f"{url}/{archive.name}"), sort_keys=False)
    (dist / "podpath.krew.yaml").write_text(made)
    sources = dist / f"podpath-{__version__}.tar.gz"
    (dist / "podpath.rb").write_text(formula(_sum(sources), f"{url}/{sources.name}"))


def manifest(digest: str, address: str) -> dict[str, Any]:
    """Return krew's manifest.

    Args:
        digest: SHA-256 of the archive.
        address: where it is.
    """
    machine = _ARCHITECTURES.get(platform.machine(), platform.machine())
    return {
        "apiVersion": "krew.googlecontainertools.github.com/v1alpha2",
        "kind": "Plugin",
        "metadata": {"name": "podpath"},
        "spec": {
            "version": f"v{__version__}",
            "homepage": address.rpartition("/")[0],
            "shortDescription": _project()["description"],
            "description": _DESCRIPTION,
            "caveats": _CAVEATS.format(python=".".join(platform.python_version_tuple()[:2])),
            "platforms": [
                {
                    "selector": {"matchLabels": {"os": "linux", "arch": machine}},
                    "uri": address,
                    "sha256": digest,
                    "bin": "kubectl-podpath",
                }
            ],
        },
    }


def formula(digest: str, address: str) -> str:
    """Return the formula of Homebrew, which installs the sources and what they need into an environment of their own.

    Args:
        digest: SHA-256 of the sources.
        address: where they are.
    """
    return f"""\
class Podpath < Formula
  desc "{_project()["description"]}"
  homepage "{address.rpartition("/")[0]}"
  url "{address}"
  sha256 "{digest}"
  license all_of: ["Apache-2.0", any_of: ["MIT", "GPL-2.0-only"]]

  depends_on "graphviz"
  depends_on :linux
  depends_on "python@3.13"

  def install
    system "python3.13", "-m", "venv", libexec
    system libexec/"bin/python", "-m", "pip", "install", buildpath
    bin.install_symlink libexec.glob("bin/*podpath")
    generate_completions_from_executable(bin/"podpath", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/podpath --version")
  end
end
"""


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _archive(files: dict[str, Path]) -> bytes:
    """Return executables in a tar, which has the same bits whenever it is made of the same files."""
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=moment) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name, file in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = file.stat().st_size, moment, 0o755
            with file.open("rb") as content:
                tar.addfile(entry, content)
    return packed.getvalue()


if __name__ == "__main__":
    written(Path(sys.argv[1]), sys.argv[2].rstrip("/"))
