"""The roles of devices."""

from podpath.checks.engine.run import run_checks
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store

TEXT = """\
$ ip -d address
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.168.50.11/24 scope global eth0
3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP
    link/ether 0a:58:0a:f4:01:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500 stp_state 0
    inet 10.244.1.1/24 scope global cni0
5: vp1a@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master cni0 state UP
    link/ether 0a:58:0a:f4:01:77 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
6: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether 0a:58:0a:f4:01:00 brd ff:ff:ff:ff:ff:ff
    vxlan id 1 local 192.168.50.11 dev eth0 dstport 8472 nolearning
$ ip route
default via 192.168.50.1 dev eth0
"""


def test_the_role_of_a_device_follows_from_what_it_is_and_does() -> None:
    """Not from its name, where the kind is known."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, TEXT.splitlines())
        merge(store)
        run_checks(store)
        roles = dict(store.raw("SELECT name, role FROM device"))
        assert roles == {"lo": "lo", "eth0": "uplink", "cni0": "bridge", "vp1a": "port", "flannel.1": "overlay"}
        assert store.query("SELECT dev, first, len, alive FROM bridge_net").rows == [("cni0", "10.244.1.0", 24, True)]
