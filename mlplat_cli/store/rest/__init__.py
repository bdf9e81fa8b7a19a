"""A store behind a server: the `Store` of any server that speaks the protocol, one file for each noun.

A noun's file makes a request of `wire.messages`, lets `Connection.call` send it along the line of the endpoint table
that has the call's name, and turns the response into entities. Verbs, paths and types stand in that table alone.
"""
