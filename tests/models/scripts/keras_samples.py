"""Small models of Keras and TensorFlow, made on the spot. Out: models, inputs."""

import keras
import numpy
import tensorflow

ROWS = numpy.random.default_rng(0).random((5, 4)).astype("float32")


def dense():
    """A functional model with a normalization that has seen data and a dropout."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,), name="numbers")
    hidden = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(keras.layers.Dense(8, "relu")(inputs)))
    model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(ROWS, numpy.array([0, 1, 2, 0, 1]), verbose=0)
    return model


def named():
    """A model with two inputs, one of them texts that become numbers."""
    words = keras.layers.StringLookup(vocabulary=["cat", "dog"])
    inputs = {"word": keras.Input((1,), dtype="string", name="word"), "size": keras.Input((1,), name="size")}
    found = keras.layers.Embedding(4, 2)(words(inputs["word"]))
    joined = keras.layers.Concatenate()([keras.layers.Flatten()(found), inputs["size"]])
    return keras.Model(inputs, keras.layers.Dense(2)(joined))


class Tripling(keras.layers.Layer):
    """A layer of the user's own."""

    def call(self, x):
        return x * 3


class Doubling(tensorflow.Module):
    """A module of TensorFlow with a dict of outputs."""

    def __init__(self):
        super().__init__()
        self.factor = tensorflow.Variable(2.0)

    @tensorflow.function(input_signature=[tensorflow.TensorSpec([None, 4], tensorflow.float32)])
    def __call__(self, x):
        return {"doubled": x * self.factor}


class Reading(tensorflow.Module):
    """A module that reads a file when it is loaded."""

    def __init__(self, path):
        super().__init__()
        whole = (tensorflow.string, tensorflow.lookup.TextFileIndex.WHOLE_LINE)
        number = (tensorflow.int64, tensorflow.lookup.TextFileIndex.LINE_NUMBER)
        self.table = tensorflow.lookup.StaticHashTable(
            tensorflow.lookup.TextFileInitializer(path, *whole, *number), default_value=-1
        )

    @tensorflow.function(input_signature=[tensorflow.TensorSpec([None], tensorflow.string)])
    def __call__(self, x):
        return self.table.lookup(x)


class Writing(tensorflow.Module):
    """A module that writes a file when it is called."""

    @tensorflow.function(input_signature=[tensorflow.TensorSpec([None, 4], tensorflow.float32)])
    def __call__(self, x):
        tensorflow.io.write_file("EXECUTED", "by the model")
        return x
