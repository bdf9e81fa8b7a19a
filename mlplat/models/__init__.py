"""Models as MLmodel folders. In: a framework's model, or such a folder. Out: the folder, or the model again."""
