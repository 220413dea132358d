"""Which route a packet takes, and with which source: rules, tables, connected routes (net/ipv4, net/ipv6)."""
