"""What led a packet to where it was lost: a module for each kind of fact that shows it."""
