"""Runs the parts under supervisord: its configuration, its client, restarts and orphans."""
