"""A host on which a real podman makes networks by netavark: bridges, cables and rules."""

import shlex
from typing import Any, Final

from podpath.lab.networks.draft import Draft
from podpath.lab.topology import Docker

_IMAGE: Final = "lab"
CONFIG: Final = """\
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
"""
_PLACE: Final = "containers/containers.conf.d/lab.conf"
_PODMAN: Final = ("env", f"CONTAINERS_CONF=/etc/{_PLACE}", "podman", "--storage-driver", "vfs")
_BUSYBOX: Final = (
    "set -e; mkdir -p /run/image/bin /run/image/etc; cp $(command -v busybox) /run/image/bin/; "
    f"ln -s busybox /run/image/bin/sleep; tar -C /run/image -c . | {' '.join(_PODMAN)} import - {_IMAGE}"
)
NEEDS_ROOT: Final = "this topology runs podman as root"
TOOLS: Final = ("podman", "conmon", "runc", "busybox", "tar", "/usr/lib/podman/netavark")


def write(draft: Draft, docker: Docker) -> None:
    """Write the commands for podman; its networks get the bridges podman1, podman2 … in their order."""
    draft.plan.files[_PLACE] = CONFIG
    draft.plan.env["CONTAINERS_CONF"] = f"/etc/{_PLACE}"
    commands = [["sh", "-c", _BUSYBOX]]
    published = {port.pod: port for port in docker.published}
    for network in docker.networks:
        commands.append([*_PODMAN, "network", "create", "--disable-dns", "--subnet", str(network.network), network.name])
        for pod in network.pods:
            words = ["--network", network.name, "--ip", str(pod.addresses[0])]
            if pod.name in published:
                words += ["--publish", f"{published[pod.name].port}:{published[pod.name].target}"]
            line = shlex.join([*_PODMAN, "run", "--detach", "--name", pod.name, *words])
            commands.append(["sh", "-c", f'{line} --cgroup-parent "/$PODPATH_CGROUP" {_IMAGE} sleep 1000000'])
            draft.pod(pod.name).join = [*_PODMAN, "inspect", "--format", "{{.State.Pid}}", pod.name]
    made: list[dict[str, Any]] = [{"argv": words, "env": {}, "text": ""} for words in commands]
    draft.plan.commands += made
    draft.plan.facts["engine"] = "podman"
