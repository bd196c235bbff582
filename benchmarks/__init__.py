"""How fast the server is, beside the fastest that Python can do and beside peers: ``python -m benchmarks``."""
