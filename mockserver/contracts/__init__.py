"""What checks others against the specs: a vendor, recorded traffic, a client. Imported when it is called for."""
