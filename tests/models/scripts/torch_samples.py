"""Small models of torch, transformers and sentence-transformers, made on the spot. Out: modules, pipelines, inputs."""

import numpy
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers import models as parts
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BertConfig

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
LINES = ["the cat sat on the mat", "a dog ran in the park", "good movie", "a very bad movie"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROWS = numpy.random.default_rng(0).random((5, 4)).astype("float32")
TEXTS = ["the cat sat", "a dog"]


class Branching(torch.nn.Module):
    """A module that cannot be exported: where it goes depends on the data."""

    def __init__(self):
        super().__init__()
        self.recurrent = torch.nn.LSTM(4, 8, batch_first=True)
        self.first = torch.nn.Linear(8, 8)
        self.second = self.first
        self.activation = torch.nn.functional.relu
        self.scale = (2.0, {"by": 3})
        self.register_buffer("seen", torch.ones(1), persistent=False)

    def forward(self, x):
        x = self.activation(self.second(self.first(self.recurrent(x)[0][:, -1])))
        return x * self.scale[0] if x.sum() > 0 else x + self.seen


class Named(torch.nn.Module):
    """A module with two inputs and a dict of outputs."""

    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(10, 4)
        self.last = torch.nn.Linear(8, 2)

    def forward(self, ids, values):
        return {"scores": self.last(torch.cat([self.words(ids).mean(1), values], 1)), "ids": ids}


def sequential():
    """A module of torch's own parts, with dropout and a batch norm that has seen data."""
    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.ReLU(), torch.nn.Linear(8, 3)
    )
    model(torch.rand(16, 4))
    return model


def tokenizer():
    """A tokenizer trained on a few lines."""
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.train_from_iterator(LINES, trainers.WordPieceTrainer(vocab_size=90, special_tokens=SPECIAL))
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, model_max_length=32, padding_side="left", **names
    )


def bert(words, **more):
    """The smallest configuration of BERT."""
    sizes = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    return BertConfig(vocab_size=len(words), max_position_embeddings=32, **sizes, **more)


def pipelines():
    """A pipeline of random weights for each of several tasks, with inputs."""
    torch.manual_seed(2)
    words = tokenizer()
    made = {
        "text-classification": transformers.BertForSequenceClassification(bert(words, num_labels=3)),
        "token-classification": transformers.BertForTokenClassification(bert(words, num_labels=3)),
        "fill-mask": transformers.BertForMaskedLM(bert(words)),
        "feature-extraction": transformers.BertModel(bert(words)),
        "text-generation": generator(words),
    }
    return {
        task: (transformers.pipeline(task, model=model.eval(), tokenizer=words), [f"{text} [MASK]" for text in TEXTS])
        if task == "fill-mask"
        else (transformers.pipeline(task, model=model.eval(), tokenizer=words), TEXTS)
        for task, model in made.items()
    }


def generator(words):
    """The smallest GPT-2, which goes on with four words, the likeliest ones."""
    model = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=len(words),
            n_embd=16,
            n_layer=1,
            n_head=2,
            n_positions=32,
            bos_token_id=2,
            eos_token_id=3,
            pad_token_id=0,
        )
    )
    model.generation_config.max_new_tokens = 4
    model.generation_config.do_sample = False
    model.generation_config.suppress_tokens = list(range(len(SPECIAL)))
    return model


def encoder(folder):
    """An encoder of sentences with 16 numbers each."""
    words = tokenizer()
    transformers.BertModel(bert(words)).save_pretrained(folder)
    words.save_pretrained(folder)
    modules = [parts.Transformer(folder), parts.Pooling(16), parts.Normalize()]
    return SentenceTransformer(modules=modules, device="cpu")
