"""The real programs that topologies of the lab run: their versions, and where a machine keeps them once they are built."""

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Source:
    """A Go module, or a Debian package, from which programs are built.

    Attributes:
        name: path of the module, or name of the package.
        version: of the module; empty: whatever the distribution has.
        programs: names of programs, and the package below the module that each is built from, or its path in a Debian package.
        staged: version of the modules that it replaces with folders of its own repository, and that are published beside it.
        stamps: variables that the linker sets to the version, as the project's own builds do.
        left_out: folders of packages that are made empty: they need a C compiler, or import a module that registries refuse.
        refused: these modules.
    """

    name: str
    version: str
    programs: dict[str, str]
    staged: str = ""
    stamps: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its programs are: a folder that is named after all that decides what is in it."""
        name = re.sub(r"/v\d+$", "", self.name).rpartition("/")[2]
        return cache() / f"{name}-{self.version or 'debian'}-{sha256(repr(self).encode()).hexdigest()[:10]}"

    @property
    def missing(self) -> list[str]:
        """The names of the programs that are not there."""
        return [name for name in self.programs if not os.access(self.folder / name, os.X_OK)]


ETCD: Final = Source("etcd-server", "", {"etcd": "usr/bin/etcd"})
KUBERNETES: Final = Source(
    "k8s.io/kubernetes",
    "v1.36.3",
    {name: f"cmd/{name}" for name in ("kube-apiserver", "kube-controller-manager", "kube-proxy", "kubectl")},
    staged="v0.36.3",
    stamps=("k8s.io/component-base/version.gitVersion", "k8s.io/client-go/pkg/version.gitVersion"),
)
FLANNEL: Final = Source(
    "github.com/flannel-io/flannel",
    "v0.28.10",
    {"flanneld": "."},
    stamps=("github.com/flannel-io/flannel/pkg/version.Version",),
    left_out=("pkg/backend/tencentvpc", "pkg/backend/udp"),
    refused=("github.com/tencentcloud/tencentcloud-sdk-go",),
)
KUBE_ROUTER: Final = Source("github.com/cloudnativelabs/kube-router/v2", "v2.1.0", {"kube-router": "cmd/kube-router"})
SOURCES: Final = (ETCD, KUBERNETES, FLANNEL, KUBE_ROUTER)


def cache() -> Path:
    """Return the folder that holds them all (XDG Base Directory Specification)."""
    own = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(own) if own.startswith("/") else Path(os.environ.get("HOME", "/"), ".cache")) / "podpath" / "real"


def source_of(program: str) -> Source:
    """Return what a program is made of.

    Raises:
        KeyError: it is none of these programs.
    """
    for source in SOURCES:
        if program in source.programs:
            return source
    raise KeyError(program)


def path(program: str) -> Path:
    """Return where a program is, or would be."""
    return source_of(program).folder / program
