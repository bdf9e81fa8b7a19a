"""What travels, with MLflow's JSON names. In: entities. Out: request and response types of every endpoint.

A request's field without a default is required. A response's field that holds its default is absent from the JSON.
Requests take enumerations as a name or a number.
"""
