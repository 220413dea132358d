"""Forms of headings, prompts and blocks that public tickets and articles have: each part is at its place."""

# ruff: noqa: E501 - what people write is long, and in many languages

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Degree

ROUTES = "default via 192.0.2.254 dev eth0\n10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink\n192.0.2.0/24 dev eth0 proto kernel scope link"
TWO_NODES = {
    "a prompt with the directory in brackets": "root@n-1 [ ~/x ]# ip route\n{r}\nroot@n-2 [ ~ ]# ip route\n{r}",
    "a host in angle brackets": "<n-1>$ ip route\n{r}\n<n-2>$ ip route\n{r}",
    "a guillemet": "me@n-1:~ » ip route\n{r}\nme@n-2:~ » ip route\n{r}",
    "Play with Docker": "[node1] (local) root@192.0.2.8 ~\n$ ip route\n{r}\n[node2] (local) root@192.0.2.9 ~\n$ ip route\n{r}",
    "role and node": "From master node vm-1:\n\nip route\n\n{r}\n\nFrom worker node vm-2:\n\nip route\n\n{r}",
    "first and second": "Here's the route table from the first host:\n\n{r}\n\nand from the second host:\n\n{r}",
    "a command in a summary": "<details><summary>Worker 1 ip route</summary>\n\n```\n{r}\n```\n</details>\n<details><summary>Worker 2 ip route</summary>\n\n```\n{r}\n```",
    "what is shown, in Chinese": "# Master节点路由\n{r}\n# Node1节点路由\n{r}",
    "a possessive, in Chinese": "主机 A 的路由：\n{r}\n主机 B 的路由：\n{r}",
    "Jira": "h3. n-1\n{{noformat}}\nip route\n{r}\n{{noformat}}\nh3. n-2\n{{code:bash}}\nip route\n{r}\n{{code}}",
    "BBCode": "[b]n-1[/b]\n[code]\nip route\n{r}\n[/code]\n[b]n-2[/b]\n[code]\nip route\n{r}\n[/code]",
    "label and name": "Node: n-1\n{r}\nNode: n-2\n{r}",
    "an address and what is shown": "Node 192.0.2.1 routes:\n{r}\nNode 192.0.2.2 routes:\n{r}",
    "what is shown, and an address": "Routing table on 192.0.2.1:\n{r}\nRouting table on 192.0.2.2:\n{r}",
    "a name and what is shown": "k8s-n-1 route table\n```\n{r}\n```\nk8s-n-2 route table\n```\n{r}\n```",
    "docker-machine": "docker-machine ssh n-1 ip route\n{r}\ndocker-machine ssh n-2 ip route\n{r}",
    "mail": "On Mon, Nov 28, 2026 at 10:00 AM Bob wrote:\n> Node A:\n> > $ ip route\n> > {q}\n> Node B:\n> > $ ip route\n> > {q}",
}


def sections(text: str) -> list[Section]:
    """Return the outputs of a text."""
    filled = text.format(r=ROUTES, q=ROUTES.replace("\n", "\n> > "))
    return [part for part in Transcript("paste", NodeRef("paste")).read(filled.split("\n")) if isinstance(part, Section)]


@pytest.mark.parametrize("name", TWO_NODES)
def test_two_nodes_stay_two(name: str) -> None:
    """And each has its whole table."""
    found = sections(TWO_NODES[name])
    assert [len([line for line in part.lines if line.strip()]) for part in found] == [3, 3]
    assert len({id(part.node) for part in found}) == 2
    assert all(part.degree is not Degree.ASSUMED for part in found)


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("root@3f2a9c1b4d5e:/# ", ("container", "3f2a9c1b4d5e")),
        ("[root@web-7d9f5b6c8-xk2bd /]# ", ("pod", "default/web-7d9f5b6c8-xk2bd")),
        ("root@n-1:/# ", ("host", "")),
    ],
)
def test_a_prompt_whose_host_an_engine_named_is_inside(prompt: str, place: tuple[str, str]) -> None:
    """An identifier of a container, the name of a Deployment's pod; the prompt of a host comes back."""
    found = sections(f"{prompt}ip route\n{{r}}\nroot@n-2:~# ip route\n{{r}}")
    assert [(part.place.kind, part.place.name) for part in found] == [place, ("host", "")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("{r}\n/ # ip neigh\nroot@n-2:~# ip route\n{r}", [("container", Degree.ASSUMED), ("host", Degree.SURE)]),
        ("{r}\nroot@n-2:~# ip route\n{r}", [("host", Degree.STATED), ("host", Degree.SURE)]),
        ("{r}\n/ # ip route\n{r}", [("host", Degree.STATED)] * 2),
    ],
)
def test_an_output_whose_command_is_lost_is_of_the_shell_whose_prompt_follows(text: str, kinds: list[tuple[str, Degree]]) -> None:
    """Of a container that nobody entered, where hosts have other prompts; of the host, where all prompts are such."""
    found = [part for part in sections(text) if any("default" in line for line in part.lines)]
    assert [(part.place.kind, part.degree) for part in found] == kinds


def test_the_node_of_a_pod_is_told_by_a_clause() -> None:
    """`On the node where the pod runs (n-1):` leaves the pod."""
    found = sections("In the pod:\n```\n/ # ip route\n{r}\n```\nOn the node where the pod runs (n-1):\n```\n$ ip route\n{r}\n```")
    assert [(part.place.kind, part.node.name) for part in found] == [("pod", "paste"), ("host", "n-1")]


def test_a_name_in_the_middle_of_an_output_puts_the_rest_in_doubt() -> None:
    """Nothing marks it as a heading."""
    found = sections("VM1 (192.0.2.1) - ip route\n{r}\nVM2 (192.0.2.2) - ip route\n{r}")
    assert [part.degree for part in found] == [Degree.STATED, Degree.ASSUMED]
