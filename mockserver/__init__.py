"""Mock server and contract-testing kit for vendor APIs that have an OpenAPI file."""

__version__ = "0.1.0"
