"""Labels that look like credentials stay out."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.readers.credentials import LONGEST, labels_kept, looks_secret

KEPT = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.config-hash": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "com.docker.compose.project.working_dir": "/srv/apps/shop-frontend/production",
    "io.kubernetes.pod.uid": "7a3c1b1e-52b4-4b8e-9d7a-0c1f7b1a2d3e",
    "io.kubernetes.pod.name": "web-5d4f8c7b9d-x2x7k",
    "org.opencontainers.image.revision": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>",
    "app.kubernetes.io/managed-by": "Helm",
    "traefik.http.routers.web.rule": "Host(`shop.example.com`) && PathPrefix(`/api/v1`)",
    "image": "registry.example.com/shop/web:1.2@sha256:da39a3ee5e6b4b0d3255bfef95601890afd80709da39a3ee5e6b4b0d3255bfef",
    "contact": "ops@example.com",
    "homepage": "https://user.example.com:8443/path",
    "monkey": "author",
    "description": "",
    "my.author": "keyboard",
}
LEFT_OUT = {
    "db.password": "hunter2",
    "DB_KEY": "x",
    "apiKey": "x",
    "x.auth": "x",
    "SESSION_TOKEN": "x",
    "client-secret": "x",
    "tls.key1": "x",
    "database": "postgres://shop:hunter2@db:5432/shop",
    "mysql": "shop:hunter2@tcp(db:3306)/shop",
    "options": "host=db,login=shop:hunter2@db",
    "rootpass": "x",
    "DbPass2": "x",
    "sshkey": "x",
    "Authorization": "x",
    "query": "https://example.com/hook?token=abc",
    "cache": "redis://:hunter2@cache",
    "traefik.middleware.users": "admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/",
    "login": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "extra": "--user=a --password=b",
    "pem": "-----BEGIN PRIVATE KEY-----",
    "cloud": "AKIAIOSFODNN7EXAMPLE",
    "header": "Bearer abcdef012345",
    "long": "a" * (LONGEST + 1),
}


@pytest.mark.parametrize(("name", "value"), KEPT.items())
def test_plain_labels_are_kept(name: str, value: str) -> None:
    """What compose, Kubernetes and people write to tell containers apart stays readable."""
    assert not looks_secret(name, value)


@pytest.mark.parametrize(("name", "value"), LEFT_OUT.items())
def test_credentials_are_left_out(name: str, value: str) -> None:
    """By the word in the name, or by the shape of the value."""
    assert looks_secret(name, value)


@given(st.binary(min_size=32, max_size=64).filter(lambda data: len(set(data)) > 16))
def test_random_bytes_are_left_out(data: bytes) -> None:
    """A key is random bytes in hexadecimal or base64, whatever the label is called."""
    assert looks_secret("note", data.hex())
    assert looks_secret("note", data.hex().upper())


def test_random_base64_is_left_out() -> None:
    """In both alphabets of base64; one in ten thousand happens to read like words."""
    keys = [random.Random(seed).randbytes(48) for seed in range(2000)]
    texts = [encode(key).decode() for key in keys for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    assert sum(not looks_secret("note", text) for text in texts) <= 4


@given(st.text(max_size=20), st.sampled_from(["password", "secret", "token", "passwd", "credential"]), st.text(max_size=20))
def test_a_secret_word_is_found_anywhere(before: str, word: str, after: str) -> None:
    """Whatever stands around it in the name."""
    assert looks_secret(f"{before}{word}{after}", "x")
    assert looks_secret(f"{before}{word.upper()}{after}", "x")


@given(st.dictionaries(st.text(max_size=30), st.one_of(st.none(), st.text(max_size=60))))
def test_each_label_is_kept_or_counted(labels: dict[str, str | None]) -> None:
    """No label vanishes without a word, and no name of one left out is shown."""
    rows = list(labels_kept(labels))
    secret = [name for name, value in labels.items() if looks_secret(name, value or "")]
    assert rows[: len(labels) - len(secret)] == [(name, labels[name]) for name in labels if name not in secret]
    assert len(rows) == len(labels) - len(secret) + bool(secret)
    if secret:
        assert rows[-1][0].startswith(f"({len(secret)} left out: ")


def test_what_is_no_object_has_no_labels() -> None:
    """Engines print null where there are none."""
    assert list(labels_kept(None)) == []
