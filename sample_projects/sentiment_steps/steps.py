"""A naive Bayes classifier of film reviews in plain Python, in steps: validate, train, classify."""

import argparse
import csv
import math
from collections import Counter

import mlplat

MOODS = ("good", "bad")


def read_reviews(path):
    """Return (mood, words) of every review."""
    with open(path, encoding="utf-8", newline="") as file:
        return [(row["mood"], row["text"].split()) for row in csv.DictReader(file)]


class NaiveBayes:
    """Counts words by mood; `smoothing` is added to each count."""

    def __init__(self, reviews, smoothing):
        self.words = {mood: Counter() for mood in MOODS}
        for mood, words in reviews:
            self.words[mood].update(words)
        self.vocabulary = len(set().union(*self.words.values()))
        self.smoothing = smoothing

    def score(self, mood, words):
        """Return the logarithm of how likely the words are in that mood."""
        counts = self.words[mood]
        total = sum(counts.values()) + self.smoothing * self.vocabulary
        return sum(math.log((counts[word] + self.smoothing) / total) for word in words)

    def classify(self, words):
        """Return the likelier mood."""
        return max(MOODS, key=lambda mood: self.score(mood, words))


def validate(arguments):
    """Check the data before anything is trained on it."""
    reviews = read_reviews(arguments.reviews)
    unknown = [mood for mood, _ in reviews if mood not in MOODS]
    mlplat.log_metrics({"reviews": len(reviews), "unknown_moods": len(unknown)})
    if unknown:
        raise SystemExit(f"unknown moods: {', '.join(sorted(set(unknown)))}")
    print(f"{len(reviews)} reviews are fine")


def train(arguments):
    """Train with some reviews held out, and log how well those are classified."""
    reviews = read_reviews(arguments.reviews)
    held_out = reviews[:: len(reviews) // arguments.held_out][: arguments.held_out]
    model = NaiveBayes([review for review in reviews if review not in held_out], arguments.smoothing)
    right = 0
    for step, (mood, words) in enumerate(held_out, 1):
        right += model.classify(words) == mood
        mlplat.log_metric("accuracy", right / step, step=step)
    mlplat.set_tags({"label": arguments.label, "homepage": arguments.homepage})
    mlplat.log_dict({mood: dict(counts) for mood, counts in model.words.items()}, "model/counts.json")
    print(f"accuracy {right / len(held_out):.2f} on {len(held_out)} held out reviews")


def classify(arguments):
    """Classify one text."""
    model = NaiveBayes(read_reviews(arguments.reviews), smoothing=1.0)
    mood = model.classify(arguments.text.split())
    mlplat.set_tag("mood", mood)
    print(f"{arguments.text!r} sounds {mood}")


def main():
    parser = argparse.ArgumentParser()
    steps = parser.add_subparsers(dest="step", required=True)
    for step in (validate, train, classify):
        options = steps.add_parser(step.__name__)
        options.set_defaults(run=step)
        options.add_argument("--reviews", required=True)
        if step is train:
            options.add_argument("--smoothing", type=float, required=True)
            options.add_argument("--held-out", type=int, default=4)
            options.add_argument("--label", default="baseline")
            options.add_argument("--homepage", default="")
        elif step is classify:
            options.add_argument("--text", required=True)
    arguments = parser.parse_args()
    with mlplat.start_run():
        arguments.run(arguments)


if __name__ == "__main__":
    main()
