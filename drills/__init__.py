"""What goes wrong with a running API, done to it on purpose: run by hand, on this machine only."""
