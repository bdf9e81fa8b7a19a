"""Coming from MLflow. In: a folder, a database or a server of MLflow. Out: the same things in a store of ours."""
