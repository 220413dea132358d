"""Numbers and names of protocols and services, as iptables-save and nft print them (/etc/protocols, /etc/services)."""

from typing import Final

from podpath.language import tr

PROTOCOLS: Final = {
    "hopopt": 0, "icmp": 1, "igmp": 2, "ggp": 3, "ipencap": 4, "st": 5, "tcp": 6, "egp": 8, "igp": 9, "pup": 12, "udp": 17,
    "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6": 41,
    "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "skip": 57, "ipv6-icmp": 58,
    "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ospf": 89, "ax.25": 93, "ipip": 94, "etherip": 97,
    "encap": 98, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "isis": 124, "sctp": 132, "fc": 133,
    "mobility-header": 135, "udplite": 136, "mpls-in-ip": 137, "manet": 138, "hip": 139, "shim6": 140, "wesp": 141,
    "rohc": 142, "ethernet": 143,
}  # fmt: skip
_ALIASES: Final = {"icmpv6": 58, "icmp6": 58, "mh": 135, "ipv6-mh": 135, "ip": 0, "ipip": 4, "ip-encap": 4, "comp": 108}
_NAMES: Final = {number: name for name, number in PROTOCOLS.items()}
_SERVICES: Final = {
    "echo": 7, "discard": 9, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "domain": 53,
    "bootps": 67, "bootpc": 68, "tftp": 69, "http": 80, "www": 80, "kerberos": 88, "pop3": 110, "sunrpc": 111, "ntp": 123,
    "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap2": 143, "imap": 143, "snmp": 161, "snmp-trap": 162,
    "bgp": 179, "ldap": 389, "https": 443, "microsoft-ds": 445, "isakmp": 500, "syslog": 514, "submission": 587, "ldaps": 636,
    "domain-s": 853, "rsync": 873, "imaps": 993, "pop3s": 995, "openvpn": 1194, "ms-sql-s": 1433, "nfs": 2049, "mysql": 3306,
    "sip": 5060, "postgresql": 5432, "amqp": 5672, "redis": 6379, "http-alt": 8080,
}  # fmt: skip


def protocol_number(text: str) -> int:
    """Return the number of a protocol that is written by name or number.

    Raises:
        ValueError: there is no such protocol.
    """
    number = _ALIASES.get(text.lower(), PROTOCOLS.get(text.lower()))
    if number is None:
        number = int(text, 0)
    if not 0 <= number <= 0xFF:  # noqa: PLR2004 - one byte of the header
        raise ValueError(tr('"{text}" is not a protocol', text=text))
    return number


def protocol_name(number: int) -> str:
    """Return the name that iptables-save prints; the number where it has none."""
    return _NAMES.get(number, str(number))


def port_number(text: str) -> int:
    """Return the number of a port that is written by name or number.

    Raises:
        ValueError: there is no such port.
    """
    number = int(text, 0) if text[:1].isdecimal() else _SERVICES.get(text.lower(), -1)
    if not 0 <= number <= 0xFFFF:  # noqa: PLR2004 - two bytes of the header
        raise ValueError(tr('"{text}" is not a port', text=text))
    return number


def packet_protocol(name: str) -> int:
    """Return the number of a packet's protocol; -1 for one without a number."""
    try:
        return protocol_number(name)
    except ValueError:
        return -1
