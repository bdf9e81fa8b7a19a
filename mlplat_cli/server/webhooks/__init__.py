"""Telling webhooks of changes. In: the store's queue of deliveries. Out: signed requests, to public addresses alone."""
