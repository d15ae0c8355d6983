"""Pure code that flows, service and webapp must compute alike. Depends on no other package of ours, no server."""
