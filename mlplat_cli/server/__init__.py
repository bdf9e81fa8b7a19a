"""HTTP. In: requests. Out: the store's answers in MLflow's protocol, and artifacts' bytes.

Nothing is imported here: who only wants `loopback` does not wait for the rest.
"""
