"""What a test suite gets from us: a server beside it, a sandbox for each test, and assertions on what was called."""
