"""The calls that the pages make, one module each topic: what is asked, what is answered (docs/contracts.md)."""
