"""Models that answer over HTTP. In: model folders. Out: predictions, and images that give them elsewhere."""
