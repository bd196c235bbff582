"""The control API: its handlers, and who may call them."""
