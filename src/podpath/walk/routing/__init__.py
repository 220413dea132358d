"""Which way a packet goes, and with which source: rules, tables, connected routes (net/ipv4, net/ipv6)."""
