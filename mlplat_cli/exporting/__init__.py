"""From a store back to MLflow. In: a store. Out: a folder that MLflow reads."""
