"""Addresses of whole tables as text."""

from hypothesis import given
from hypothesis import strategies as st

from podpath.snapshot.address_text import know_numbers, know_texts, text_of
from podpath.snapshot.store import Store
from podpath.state.address import V4_BASE, Ip, Mac, ip_text, mac_text


@given(
    st.lists(st.one_of(st.integers(V4_BASE, V4_BASE + 2**32 - 1), st.integers(0, 2**128 - 1)), min_size=1, max_size=20),
    st.lists(st.integers(0, 2**48 - 1), min_size=1, max_size=5),
)
def test_sql_writes_and_reads_what_python_does(addresses: list[int], macs: list[int]) -> None:
    """Of both families, on the edges, too."""
    with Store() as store:
        run = store.connection.execute
        run("CREATE TEMP TABLE a AS SELECT unnest(?::VARCHAR[])::UHUGEINT AS x", [[str(each) for each in addresses]])
        run("CREATE TEMP TABLE m AS SELECT unnest(?::UBIGINT[]) AS x", [macs])
        know_texts(store.connection, ["SELECT x FROM a"])
        run(f"CREATE TEMP TABLE ips AS SELECT x, {text_of('UHUGEINT', 'a.x')} AS t FROM a")
        run(f"CREATE TEMP TABLE macs AS SELECT x, {text_of('UBIGINT', 'm.x')} AS t FROM m")
        assert all(text == ip_text(Ip(number)) for number, text in store.raw("SELECT x, t FROM ips"))
        assert all(text == mac_text(Mac(number)) for number, text in store.raw("SELECT x, t FROM macs"))
        assert know_numbers(store.connection, {"UHUGEINT": ["SELECT t FROM ips"], "UBIGINT": ["SELECT t FROM macs"]}) == []
        assert store.raw("SELECT count(*) FROM ips JOIN ip_number n ON n.text = t WHERE number <> x") == [(0,)]
        assert store.raw("SELECT count(*) FROM macs JOIN mac_number n ON n.text = t WHERE number <> x") == [(0,)]


def test_what_is_no_address_is_returned() -> None:
    """It has no number."""
    with Store() as store:
        assert know_numbers(store.connection, {"UHUGEINT": ["SELECT '10.0.0.256' UNION SELECT '::1'"]}) == ["10.0.0.256"]
