"""Trainings by Lightning recorded by the library that the first argument names, in the store of the second."""

import importlib
import logging
import sys
import warnings

warnings.simplefilter("ignore")
library = importlib.import_module(sys.argv[1])
library.set_tracking_uri(sys.argv[2])
library.set_experiment("fits")
ours = sys.argv[1] == "mlplat"
if ours:  # before the framework is imported
    library.autolog()
    library.pytorch.autolog(log_every_n_epoch=1)
import torch
from lightning import pytorch as lightning

if not ours:
    library.pytorch.autolog(log_models=False, checkpoint=False)
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Sums(lightning.LightningModule):
    def __init__(self, hidden=8, rate=0.01):
        super().__init__()
        self.save_hyperparameters()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 1))

    def forward(self, rows):
        return self.layers(rows)

    def lost(self, batch):
        return torch.nn.functional.mse_loss(self(batch[0])[:, 0], batch[1])

    def training_step(self, batch, number):
        lost = self.lost(batch)
        self.log("train_loss", lost, on_step=False, on_epoch=True)
        return lost

    def validation_step(self, batch, number):
        self.log("val_loss", self.lost(batch))

    def test_step(self, batch, number):
        self.log("test_loss", self.lost(batch))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.rate)


torch.manual_seed(1)
rows = torch.rand(40, 4)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(rows, rows.sum(1)), batch_size=8)
model = Sums()
with library.start_run(run_name="lightning"):
    stop = lightning.callbacks.EarlyStopping("val_loss", patience=2)
    trainer = lightning.Trainer(
        max_epochs=3,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accelerator="cpu",
        callbacks=[stop],
    )
    trainer.fit(model, loader, loader)
    trainer.test(model, loader, verbose=False)
if ours:
    assert model.training
    with library.start_run(run_name="by hand"):
        import tensorboard  # noqa: F401
        from torch.utils.tensorboard import SummaryWriter

        writer = SummaryWriter("boards")
        for step in range(3):
            writer.add_scalar("loss/train", 1 / (step + 1), step)
        writer.add_hparams({"rate": 0.5}, {"reached": 0.25})
        writer.close()
else:
    importlib.import_module("recorded_by_mlflow").tell()
