"""The manifests on a real Kubernetes API server: `python -m drills.kubernetes`."""
