"""A host on which a real Docker Engine runs: it makes bridges, cables and rules itself."""

import json
from typing import Any

from podpath.lab.networks.draft import Draft
from podpath.lab.topology import Docker

_IMAGE = "lab"
_BUSYBOX = (
    "set -e; mkdir -p /run/image/bin /run/image/etc; cp $(command -v busybox) /run/image/bin/; "
    "ln -s busybox /run/image/bin/sh; ln -s busybox /run/image/bin/sleep; tar -C /run/image -c . | docker import - " + _IMAGE
)
_READY = (
    "for i in $(seq 300); do docker version >/dev/null 2>&1 && exit 0; sleep 0.1; done;"
    " tail -n 5 /run/dockerd.log; exit 1"
)  # fmt: skip
_FOUND = (
    "mkdir -p /run/iptables; for name in iptables ip6tables; do for word in '' -save -restore; do"
    ' ln -sf "$(command -v $name-{end}$word)" /run/iptables/$name$word; done; done; PATH="/run/iptables:$PATH" '
)
"""The engine takes what it finds by the name of iptables."""
NEEDS_ROOT = "the real Docker Engine needs root; the topology docker has the same rules without it"
TOOLS = ("dockerd", "docker", "containerd", "runc", "busybox", "tar")


def write(draft: Draft, docker: Docker) -> None:
    """Write the commands that start the engine, and the requests that it gets."""
    # An engine that finds forwarding off turns it on, and then sets FORWARD's policy to DROP, as on most hosts.
    draft.plan.settings["net/ipv4/ip_forward"] = "0"
    settings = {"userland-proxy": docker.userland_proxy, "storage-driver": "vfs"}
    draft.plan.files["docker/daemon.json"] = json.dumps(settings) + "\n"
    found = _FOUND.format(end=docker.iptables) if docker.iptables is not None else ""
    commands = [
        _shell(f'{found}exec dockerd --cgroup-parent "/$PODPATH_CGROUP"') | {"log": "/run/dockerd.log"},
        _shell(_READY),
        _shell(_BUSYBOX),
    ]
    published = {port.pod: port for port in docker.published}
    for network in docker.networks:
        if network.name != "bridge":
            option = f"com.docker.network.bridge.name={network.bridge}"
            commands.append(
                _plain("docker", "network", "create", "--subnet", str(network.network), "--opt", option, network.name)
            )
        for pod in network.pods:
            words = ["--network", network.name]
            if network.name != "bridge":  # the engine takes wishes for addresses on networks that people made
                words += ["--ip", str(pod.addresses[0])]
            if pod.name in published:
                words += ["--publish", f"{published[pod.name].port}:{published[pod.name].target}"]
            commands.append(_plain("docker", "run", "--detach", "--name", pod.name, *words, _IMAGE, "sleep", "1000000"))
            draft.pod(pod.name).join = ["docker", "inspect", "--format", "{{.State.Pid}}", pod.name]
    draft.plan.commands += commands
    draft.plan.facts["engine"] = "docker"


def _plain(*words: str) -> dict[str, Any]:
    return {"argv": list(words), "env": {}, "text": ""}


def _shell(script: str) -> dict[str, Any]:
    return _plain("sh", "-c", script)
