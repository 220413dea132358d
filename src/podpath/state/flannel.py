"""What flannel's nodes announce to each other."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import Word
from podpath.state.table import table


@table(
    "flannel_lease",
    key="subnet subnet_len",
    same="public_ip subnet subnet_len vtep_mac",
    listing="etcdctl get --prefix /coreos.com/network/subnets",
)
class FlannelLease(NamedTuple):
    """A lease: the part of the pod network that a node holds, and how it is reached (etcd; the log of flanneld).

    Attributes:
        public_ip: address of the node to which the others send outer packets (PublicIP).
        subnet: network of the node's pods; its first address is that of its VXLAN device.
        subnet_len: its prefix length.
        backend: vxlan, host-gw, wireguard … (BackendType).
        vni: VNI of the VXLAN device, where the lease tells.
        vtep_mac: its MAC, which the other nodes write into their neighbour and forwarding tables (VtepMAC).
        logged: flanneld's log says so, of the time when it heard of the lease; else it is what etcd holds.
    """

    public_ip: Ip
    subnet: Ip | None = None
    subnet_len: int | None = None
    backend: Word | None = None
    vni: int | None = None
    vtep_mac: Mac | None = None
    logged: bool = False
