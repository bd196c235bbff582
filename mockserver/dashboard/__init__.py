"""The dashboard: pages and modules for a browser, which use the control API and nothing else."""
