"""Options of wrappers that take a value; every other option takes none (their man pages)."""

from typing import Final

_WORDS: Final = {
    "sudo": "-u -g -h -p -C -r -t -U -D -R --user --group",
    "docker": "-u --user -e --env -w --workdir --env-file --detach-keys -H --host --context -c -l --log-level --config",
    "nerdctl": """
        -u --user -e --env -w --workdir --env-file -n --namespace -a --address -H --host --snapshotter --storage-driver
        --cni-path --cni-netconfpath --data-root --cgroup-manager --hosts-dir""",
    "podman": """
        -u --user -e --env -w --workdir --env-file --detach-keys -c --connection --url --root --runroot --storage-driver
        --storage-opt --log-level --runtime --cgroup-manager --identity""",
    "kubectl": "-c --container --context --kubeconfig --cluster --user -s --server --token",
    "nsenter": "-S -G --setuid --setgid --wd --root",
    "ssh": "-B -b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w",
    "pdsh": "-w -x -l -u -t -f -g -R -N",
    "clush": "-w -x -g -X -l -t -u -f --mode --groupbase",
    "pssh": "-h -H -l -p -o -e -t -O -x --hosts --host --user --par --outdir --errdir --timeout",
    "parallel-ssh": "-h -H -l -p -o -e -t -O -x --hosts --host --user --par --outdir --errdir --timeout",
    "dsh": "-g -m -f -r -o --group --machine",
    "mussh": "-h -H -l -m -t -p -o -c",
    "salt": "-t -l --timeout --log-level --out --output",
    "parallel": "-j -a --jobs --arg-file --tagstring -S --sshlogin",
    "watch": "-n --interval -q --equexit",
    "docker compose": """
        -f --file -p --project-name --profile --env-file --project-directory --ansi --parallel --progress -u --user -e
        --env -w --workdir --index""",
    "docker run": """
        -v --volume -e --env -p --publish --name --network --net -u --user -w --workdir --entrypoint --cap-add
        --cap-drop --env-file -h --hostname --ip --ip6 -l --label -m --memory --mount --pid --restart --security-opt
        --add-host --device --dns --platform --ipc --userns --ulimit --cpus --runtime""",
    "kubectl run": "--image --restart -n --namespace --overrides --env -l --labels --port --image-pull-policy",
    "ctr": "-a --address -n --namespace --exec-id --user --cwd --timeout --connect-timeout",
    "minikube": "-p --profile -n --node",
    "vagrant": "-c --command -p",
    "machinectl": "-M --machine -H --host --uid -E --setenv",
    "lxc-attach": "-n --name -P --lxcpath -s --namespaces -u --uid -g --gid -v --set-var",
    "limactl": "--workdir --shell",
    "multipass": "--working-directory -d",
    "oc": "-c --container -n --namespace --shell --context --kubeconfig --as --timeout",
    "su": "-s --shell -g --group -G -w",
    "runuser": "-u --user -s --shell -g --group",
    "ionice": "-c -n -p",
    "sshpass": "-p -f -d",
    "unshare": "--map-user --root",
    "strace": "-e -o -s -p",
    "timeout": "-s -k --signal --kill-after",
    "env": "-u --unset -C --chdir",
    "nice": "-n",
    "lxc": "--env --user --group --cwd --mode",
    "crictl": "-r --runtime-endpoint -i --image-endpoint -c --config -t --timeout",
}
VALUED: Final = {tool: frozenset(words.split()) for tool, words in _WORDS.items()}
