"""Trainings of Keras recorded by the library that the first argument names, in the store of the second."""

import importlib
import sys

library = importlib.import_module(sys.argv[1])
import keras
import numpy
import tensorflow

library.set_tracking_uri(sys.argv[2])
library.set_experiment("fits")
ours = sys.argv[1] == "mlplat"
if ours:
    library.autolog(log_input_examples=True)
else:
    library.keras.autolog(log_models=False)


def network():
    keras.utils.set_random_seed(1)
    layers = [keras.Input((4,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


rows = numpy.random.default_rng(0).random((40, 4)).astype("float32")
sums = rows.sum(1)
with library.start_run(run_name="arrays"):
    network().fit(rows, sums, epochs=3, batch_size=8, validation_data=(rows, sums), verbose=0)
with library.start_run(run_name="batches"):
    data = tensorflow.data.Dataset.from_tensor_slices((rows, sums)).batch(10)
    network().fit(data, epochs=2, verbose=0)
if not ours:
    importlib.import_module("recorded_by_mlflow").tell()
if ours:
    with library.start_run(run_name="stopped"):
        stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=100, restore_best_weights=True)
        network().fit(rows, sums, epochs=5, callbacks=[stop], verbose=0)
    library.keras.autolog(log_every_n_steps=2, log_models=False)
    network().fit(rows, sums, epochs=2, batch_size=10, verbose=0)
    library.keras.autolog(disable=True)
    network().fit(rows, sums, epochs=2, verbose=0)
    assert "fit" not in vars(keras.Model)
