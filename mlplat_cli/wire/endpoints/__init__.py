"""The endpoint table, one file for each area of the interface; `wire.table` puts them together."""
