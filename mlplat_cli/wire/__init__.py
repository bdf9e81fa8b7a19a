"""MLflow's REST protocol as data. In: requests as bytes and text. Out: typed messages, response bytes, errors."""
