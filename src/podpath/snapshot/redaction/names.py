"""Other names for those that people gave: the same one for a name wherever it stands, and nothing that leads back to it."""

import hashlib
import re
from collections import Counter
from typing import Final

# Names of devices that programs and kernels give by rule (systemd.net-naming-scheme(7), the CNI plugins, Docker).
_KNOWN_DEVICE: Final = re.compile(
    r"lo|(?:eth|wlan|ib|usb|bond|team|dummy|ifb|tun|tap|wg|virbr|podman|cni|vmnet|docker|vnet|net)\d{1,3}"
    r"|(?:en|wl|ww|sl)(?:[ospPxX]?[\da-f]{1,12}(?:[spfdnv]\d+)*)|(?:eth\d+|bond\d+|ens?\w{1,8})\.\d{1,4}"
    r"|flannel(?:-v6)?\.\d+|vxlan(?:-v6)?\.calico|vxlan\d*|tunl0|kube-(?:bridge|ipvs0|dummy-if)|nodelocaldns"
    r"|cilium_\w{1,8}|lxc(?:br|dbr)0|lxdbr0|incusbr0|(?:gre|gretap|erspan|sit|ip6tnl|ip6gre|ip_vti|ip6_vti)0"
    r"|antrea-(?:gw|tun)0|genev_sys_6081|weave|datapath|docker_gwbridge|all|default"
)
# A prefix that a program gives, and a hash or a number that leads to somebody.
_HASHED_DEVICE: Final = re.compile(r"(cali|veth|br-|lxc|tap|azv|eni|gke|cbr|nic|dummy|v-|vxlan-)([0-9a-z]{3,})")
_HEX_IDENTIFIER: Final = re.compile(r"[0-9a-f]{12,64}")
_SHORT: Final = 12
_NETNS_FOLDERS: Final = re.compile(r"(/(?:var/)?run/(?:docker/)?netns/|/proc/)(.+)")
_OWN_WORDS: Final = {
    "network": frozenset(("bridge", "host", "none", "default", "ingress", "pod")),
    "table": frozenset(("main", "local", "default", "unspec", "all")),
    "space": frozenset(("default",)),
}
"""Words that are never private names."""


class NameMap:
    """Other names for those of a snapshot, by a key that nobody keeps.

    Args:
        key: the key.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._made: dict[tuple[str, str], str] = {}
        self._any: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def name(self, word: str, text: str) -> str:
        """Return what stands for a name.

        Args:
            word: what the other name is made of (:class:`podpath.state.column.Name`).
            text: the name; several, separated by commas.
        """
        if "," in text:
            return ",".join(self.name(word, part) for part in text.split(","))
        if not text or text.isdigit() or text in _OWN_WORDS.get(word, ()):
            return text
        key = (word, text)
        if key not in self._made:
            self._made[key] = made = self._new(word, text)
            self._any.setdefault(text, made)
            self.counts[word] += made != text
        return self._made[key]

    def known(self, text: str) -> str | None:
        """Return what stands for a text that is a name in any column, or None if it is none."""
        return self._any.get(text)

    def digest(self, text: str, length: int, alphabet: str = "0123456789abcdef") -> str:
        """Return other characters for a hash that would lead to what it was made of."""
        number = int.from_bytes(hashlib.blake2b(text.encode(), key=self._key, digest_size=48).digest())
        made = []
        for _ in range(length):
            number, at = divmod(number, len(alphabet))
            made.append(alphabet[at])
        return "".join(made)

    def _new(self, word: str, text: str) -> str:
        if word == "dev":
            return self._device(text)
        if _HEX_IDENTIFIER.fullmatch(text):  # tools print it long and short
            return self.digest(text[:_SHORT], 64)[: len(text)]
        if word == "network" and text.startswith("container:"):
            return f"container:{self.name('id', text.partition(':')[2])}"
        if word == "space" and (folder := _NETNS_FOLDERS.fullmatch(text)):
            return folder[1] + (folder[2] if folder[1] == "/proc/" else self.name(word, folder[2]))
        if word == "space" and text.count("/") == 1:  # a pod, as NAMESPACE/NAME
            namespace, _, name = text.partition("/")
            return f"{self.name('namespace', namespace)}/{self.name(word, name)}"
        return f"{word}{self._number(word)}"

    def _number(self, word: str) -> int:
        self._numbers[word] += 1
        return self._numbers[word]

    def _device(self, text: str) -> str:
        if _KNOWN_DEVICE.fullmatch(text):
            return text
        hashed = _HASHED_DEVICE.fullmatch(text)
        if hashed is not None:
            return hashed[1] + self.digest(text, len(hashed[2]))
        return f"dev{self._number('dev')}"
