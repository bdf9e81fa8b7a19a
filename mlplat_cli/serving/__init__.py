"""Models that answer requests. In: HTTP predictions. Out: what a model's own process answers, and what was answered."""
