"""Other nodes, many at once, over the user's own OpenSSH."""
