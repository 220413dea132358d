"""A namespace's tables."""

from podpath.snapshot.store import Store
from podpath.state.evidence import Complete, covers
from podpath.state.fdb import FdbEntry
from podpath.state.host import Sysctl
from podpath.state.link import Address, Link
from podpath.state.route import Route
from podpath.walk.namespace import Namespace, conf_name
from podpath.walk.tables import Tables


def test_what_is_not_there_is_absent_only_where_it_was_looked_for() -> None:
    """Coverage of the whole, of a family, of nothing."""
    with Store() as store:
        ns = store.netns(store.node("n"))
        store.add(ns, 0, [(0, covers(Link)), (0, covers(Route, 4)), (0, covers(FdbEntry, complete=Complete.NO))])
        store.flush()
        space = Namespace(Tables(store).rows, ns, "n", "")
        assert [space.seen(Link), space.seen(Route, 4), space.seen(Route, 6), space.seen(FdbEntry), space.seen(Address)] == [
            True, True, False, False, False,
        ]  # fmt: skip


def test_a_setting_counts_for_all_devices_or_for_one() -> None:
    """The larger one, as IN_DEV_MAXCONF; a dot in a name is written as a slash."""
    with Store() as store:
        ns = store.netns(store.node("n"))
        names = {"all": "1", "eth0/5": "2", "eth1": "0"}
        rows = [Sysctl(f"net.ipv4.conf.{dev}.rp_filter", value) for dev, value in names.items()]
        store.add(ns, 0, ((0, row) for row in rows))
        store.flush()
        space = Namespace(Tables(store).rows, ns, "n", "")
        assert [space.highest(dev, "rp_filter") for dev in ("eth0.5", "eth1", "eth2")] == [2, 1, None]
        assert conf_name(4, "eth0.5", "rp_filter") == "net.ipv4.conf.eth0/5.rp_filter"
