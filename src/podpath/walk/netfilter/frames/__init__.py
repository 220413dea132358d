"""Rules for frames as ebtables(8) and arptables(8) print them: those of bridges, and those for ARP."""
