"""Rules of iptables and ip6tables: the text that their save commands print, read, asked and printed again."""
