"""Rules of nftables: what ``nft -j list ruleset`` and ``nft list ruleset`` print, read and asked."""
