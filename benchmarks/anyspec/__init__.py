"""Any OpenAPI file: one valid request for each operation, planned here, and what servers make of it.

Nothing of the engine's code is used: a mistake that both made would not be seen.
"""
