"""Project and environment in, a plan out; a plan in, a supervised and recorded process out."""
