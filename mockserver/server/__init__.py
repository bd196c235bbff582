"""The edge: ASGI, sockets, signals. The only place that reads the real clock, sleeps and sends."""
