"""Clients with their hosts built in, unmodified, led to the mock server."""
