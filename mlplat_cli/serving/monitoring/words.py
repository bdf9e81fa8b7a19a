"""The words of the page. In: a language. Out: every heading and label in it."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "pt")

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Monitoring of {model}", "Monitoramento de {model}"),
    "version": ("version", "versão"),
    "compared_with": ("compared with", "comparado com"),
    "rows": ("rows", "linhas"),
    "requests": ("Requests", "Requisições"),
    "served_rows": ("Rows served", "Linhas servidas"),
    "drifted_features": ("Features that drifted", "Variáveis com desvio"),
    "latency": ("Latency, p50 / p99", "Latência, p50 / p99"),
    "within": ("Within all limits", "Dentro de todos os limites"),
    "beyond": ("Beyond its limits", "Fora dos limites"),
    "notes": ("Notes", "Observações"),
    "drift": ("Drift by column", "Desvio por coluna"),
    "prediction": ("Prediction", "Predição"),
    "column": ("Column", "Coluna"),
    "state": ("State", "Estado"),
    "score": ("Score", "Medida"),
    "limit": ("Limit", "Limite"),
    "missing": ("Missing, before → now", "Ausentes, antes → agora"),
    "range": ("Out of range", "Fora da faixa"),
    "new": ("New categories", "Novas categorias"),
    "mean": ("Mean, before → now", "Média, antes → agora"),
    "distribution": ("Distribution", "Distribuição"),
    "before": ("training", "treino"),
    "now": ("served", "servido"),
    "drifted": ("drifted", "desvio"),
    "steady": ("steady", "estável"),
    "absent": ("not served", "não servida"),
    "unknown": ("not compared", "não comparada"),
    "over_time": ("Over time", "Ao longo do tempo"),
    "volume": ("Rows", "Linhas"),
    "latency_time": ("Latency p50 and p99, ms", "Latência p50 e p99, ms"),
    "quality": ("Quality", "Qualidade"),
    "labelled": ("{count} predictions with a label", "{count} predições com rótulo"),
    "no_labels": (
        "No labels yet: mlplat models labels adds them.",
        "Ainda sem rótulos: adicione-os com mlplat models labels.",
    ),
    "p_value": ("p-value", "valor p"),
    "distance": ("distance", "distância"),
    "others": ("others", "outros"),
    "targets": ("compared with the training targets", "comparada com os alvos de treino"),
    "made": ("Made", "Gerado em"),
}


def words_of(language: str) -> Mapping[str, str]:
    """Return the words of one of LANGUAGES by their keys."""
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in _WORDS.items()}
