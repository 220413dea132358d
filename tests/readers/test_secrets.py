"""Secrets in texts that are kept."""

import pytest

from podpath.readers.secrets import without_secrets

KEY = "4Bq3yq0o5a2Jm8Jb9y3m2o9sR1kqk5Gc1r7b2u3WnHk="


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"  private key: {KEY}", KEY),
        (f"  preshared key: {KEY}", KEY),
        (f"PrivateKey = {KEY}", KEY),
        (f"wg0\t{KEY}\t{KEY[::-1][1:]}=\t51820\toff", KEY),
        (f"wg set wg0 private-key <(echo {KEY})", KEY),
        ('"k8s_auth_token":"eyJhbGciOiJSUzI1NiJ9.SECRETTOKEN.sig"', "SECRETTOKEN"),
        ('{"type":"calico","etcd_key":"-----BEGIN RSA PRIVATE KEY-----MIIsecret"}', "MIIsecret"),
        ("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\nabcd\n-----END EC PRIVATE KEY-----", "MHcCAQEEIB"),
        ("etcd_endpoints: https://u:EtcdPassw0rd@10.0.0.1:2379", "EtcdPassw0rd"),
        ("  client-key-data: LS0tLS1CRUdJTiBSU0E", "LS0tLS1CRUdJTiBSU0E"),
        ("    token: abcdef.0123456789abcdef", "abcdef.0123456789abcdef"),
        ('{"auths":{"registry":{"auth":"dXNlcjpwYXNz"}}}', "dXNlcjpwYXNz"),
        ("DB_PASSWORD=hunter2", "hunter2"),
        ("kubeadm join 10.0.0.1:6443 --token abcdef.0123", "abcdef.0123"),
        ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
        ("https://user:p@ss@word@host/x", "ss@word"),
        ("https://ghp_abcdefghijklmnopqrstuvwxyz@github.com/x", "ghp_abcdefgh"),
        ('psk="hunter2hunter2"', "hunter2"),
        ("pass=foo1", "foo1"),
        ("sshpass -p hunter2 ssh x", "hunter2"),
        ("mysql -u root -phunter2 db", "hunter2"),
        ("docker login -u me -p hunter2 registry", "hunter2"),
        ("curl -s -u admin:hunter2 http://x", "hunter2"),
        ("enable password hunter2", "hunter2"),
        ("  secret: |\n    abcdefgh\n    ijkl\n  other: 1", "ijkl"),
        ("x 9f8Ga0PqZ1mN2bV3cX4zL5kJ6hG7fD8sA9qW0eR1tY2u x", "9f8Ga0PqZ1mN2bV3cX4z"),
    ],
)
def test_a_secret_is_left_out(text: str, secret: str) -> None:
    """And that it was is said in its place; the lines stay as many."""
    kept = without_secrets(text)
    assert secret not in kept
    assert "(left out)" in kept
    assert kept.count("\n") == text.count("\n")
    assert without_secrets(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        f"peer: {KEY}",
        f"  public key: {KEY}",
        "  private key: (hidden)",
        "token ::1 dev eth0",
        "Permission denied (publickey,password).",
        "ssh -p 2222 n1 ip route",
        "docker ps -a",
        "# kubectl get secret -o wide",
        "macvlan mode passthru bypass 1",
        '-A KUBE-SEP-ABCDEFGHIJKLMNOP -m comment --comment "default/kubernetes:https" -j DNAT --to-destination 10.0.0.1:6443',
        "# ip netns exec cni-3f2a1b4c-1111-2222-3333-444455556666 ip address",
        "e21c5b836cbffbc68c9b7245ffcb08b92311d5a19c15df1f85d34effe3aca730",
        "/proc/sys/net/ipv4/conf/cali1234567890a/forwarding:1",
        "9: gre1@NONE: <POINTOPOINT> mtu 1476\n    gre remote 10.0.0.2 local 10.0.0.1 ttl inherit key 5",
        '{"nftables": [{"rule": {"expr": [{"match": {"left": {"meta": {"key": "iifname"}}, "right": "eth0"}}]}}]}',
    ],
)
def test_what_networks_are_made_of_stays(text: str) -> None:
    """Public keys, identifiers, rules, settings."""
    assert without_secrets(text) == text
