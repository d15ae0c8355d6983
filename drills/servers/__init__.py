"""The servers that a drill starts and breaks."""
