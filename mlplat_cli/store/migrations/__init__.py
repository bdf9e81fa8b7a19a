"""Steps from one schema to the next, for Alembic. In: a database with an older schema. Out: the same with today's."""
