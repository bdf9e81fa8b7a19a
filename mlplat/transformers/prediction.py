"""Pipelines of transformers that answer. In: texts, or a table of them. Out: what MLflow gives for the task."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

TEXTS = {
    "automatic-speech-recognition": "text",
    "document-question-answering": "answer",
    "fill-mask": "token_str",
    "image-to-text": "generated_text",
    "question-answering": "answer",
    "summarization": "summary_text",
    "table-question-answering": "answer",
    "text-generation": "generated_text",
    "text2text-generation": "generated_text",
    "visual-question-answering": "answer",
}
"""The text that is the answer of a task; of several candidates the first."""


class PipelinePredictor:
    """A pipeline that answers.

    Args:
        task: its name. config: parameters that hold unless a call says otherwise.
    """

    takes_arrays = False

    def __init__(self, pipeline: Any, task: str, config: Dict[str, Any]) -> None:
        self._pipeline = pipeline
        self._task = task
        self._config = config

    def predict(self, data: Any, params: Optional[Dict[str, Any]] = None) -> Any:
        """Return a list with one answer an input: texts; a table of labels and scores; or arrays of features.

        Args:
            data: a text, a list of texts or dicts, a dict of the pipeline's arguments, or a data frame: its only
                column, or a dict a row.
            params: keyword arguments of the pipeline's call.
        """
        keyword = {**self._config, **(params or {})}
        inputs = inputs_of(data)
        if self._task == "zero-shot-classification":
            return self._zero_shot(inputs, keyword)
        single = not isinstance(inputs, list)
        answers = self._pipeline([inputs] if single else inputs, **keyword)
        return _form(self._task)(_one_each(answers, 1 if single else len(inputs)), self._task, single)

    def _zero_shot(self, inputs: Any, keyword: Dict[str, Any]) -> Any:
        rows: List[Dict[str, Any]] = []
        for each in inputs if isinstance(inputs, list) else [inputs]:
            answers = self._pipeline(**{**each, **keyword})
            for answer in answers if isinstance(answers, list) else [answers]:
                for label, score in zip(answer["labels"], answer["scores"]):
                    rows.append({"sequence": answer["sequence"], "labels": label, "scores": score})
        return table(rows)


def inputs_of(data: Any) -> Any:
    """Return one input or a list of them: texts as they are, rows of a data frame as texts or dicts."""
    if type(data).__name__ == "DataFrame":
        if len(data.columns) == 1:
            return data.iloc[:, 0].tolist()
        return data.to_dict(orient="records")
    if hasattr(data, "tolist"):
        flat = data.tolist()
        return [each[0] if isinstance(each, list) and len(each) == 1 else each for each in flat]
    if isinstance(data, dict) and data and all(isinstance(each, (list, tuple)) for each in data.values()):
        names, lengths = list(data), {len(each) for each in data.values()}
        if len(names) == 1:
            return list(data[names[0]])
        if len(lengths) == 1:
            return [dict(zip(names, row)) for row in zip(*data.values())]
    return data


def table(rows: List[Dict[str, Any]]) -> Any:
    """Return rows as a data frame where pandas is there, else as they are."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


def _one_each(answers: Any, count: int) -> List[Any]:
    """Return one answer an input: a pipeline gives one without its list where one was asked."""
    if isinstance(answers, list) and len(answers) == count:
        return answers
    return [answers]


def _form(task: str) -> Callable[[List[Any], str, bool], Any]:
    if task in ("text-classification", "sentiment-analysis", "image-classification", "audio-classification"):
        return _labels
    if task in ("token-classification", "ner"):
        return _entities
    if task in ("feature-extraction", "image-feature-extraction"):
        return _features
    return _texts


def _labels(answers: List[Any], task: str, single: bool) -> Any:
    if any(isinstance(each, list) and len(each) > 1 for each in answers):
        return answers  # several labels an input were asked for
    return table([_first(each) for each in answers])


def _entities(answers: List[Any], task: str, single: bool) -> List[str]:
    return [",".join(str(found.get("entity", found.get("entity_group"))) for found in each) for each in answers]


def _features(answers: List[Any], task: str, single: bool) -> Any:
    import numpy

    arrays = [numpy.asarray(each) for each in answers]
    arrays = [each[0] if each.ndim > 2 else each for each in arrays]  # noqa: PLR2004 - a batch of one text
    return arrays[0] if single else [each.tolist() for each in arrays]


def _texts(answers: List[Any], task: str, single: bool) -> List[Any]:
    key = "translation_text" if task.startswith("translation") else TEXTS.get(task, "")
    if task == "fill-mask":
        answers = [_first(each) for each in answers]
    return [_first(each)[key] if key and key in _first(each) else each for each in answers]


def _first(answer: Any) -> Any:
    while isinstance(answer, list) and answer:
        answer = answer[0]
    return answer if isinstance(answer, dict) else {}
