"""Serve a test suite: a server, a sandbox for each test, and assertions on the calls that were made."""
