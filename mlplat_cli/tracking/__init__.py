"""Journals in, recorded runs out: ingest exactly once, tell the living from the lost, resolve `runs:/` addresses."""
