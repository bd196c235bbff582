"""Lead the vendors' real hosts to the fake: certificates, the gate of the server's port, and what clients are told."""
