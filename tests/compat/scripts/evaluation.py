"""Evaluation datasets and scorers with a stock client."""

import mlflow
from expect import report
from mlflow.genai import datasets
from mlflow.genai.judges import make_judge
from mlflow.genai.scorers import delete_scorer, get_scorer, list_scorers
from mlflow.genai.scorers.registry import list_scorer_versions

experiment = mlflow.set_experiment("questions").experiment_id

made = datasets.create_dataset(name="evalds", experiment_id=experiment, tags={"team": "a", "drop": "me"})
made.merge_records([{"inputs": {"q": number}, "expectations": {"answer": number}} for number in range(3)])
made.merge_records(
    [
        {"inputs": {"q": 1}, "expectations": {"why": "because"}, "tags": {"t": "1"}},
        {"inputs": {"q": 7}, "outputs": {"text": "seven"}},
    ]
)
found = datasets.get_dataset(dataset_id=made.dataset_id)
frame = found.to_df()
assert [each["q"] for each in frame["inputs"]] == [0, 1, 2, 7], frame
assert frame["expectations"][1] == {"answer": 1, "why": "because"}, frame
assert frame["outputs"][3] == {"text": "seven"}, frame
assert frame["tags"][1]["t"] == "1", frame
assert set(frame["source_type"]) == {"HUMAN"} or "CODE" in set(frame["source_type"]), frame
assert found.experiment_ids == [experiment]
assert found.name == "evalds"
assert '"num_records": 4' in found.profile, found.profile
assert found.created_by

[again] = datasets.search_datasets(experiment_ids=[experiment], filter_string="name = 'evalds' AND tags.team = 'a'")
assert again.dataset_id == made.dataset_id
assert datasets.search_datasets(filter_string="name = 'none'") == []
datasets.set_dataset_tags(dataset_id=made.dataset_id, tags={"team": "b"})
datasets.delete_dataset_tag(dataset_id=made.dataset_id, key="drop")
tags = datasets.get_dataset(dataset_id=made.dataset_id).tags
assert tags["team"] == "b", tags
assert "drop" not in tags, tags
other = mlflow.create_experiment("others")
datasets.add_dataset_to_experiments(dataset_id=made.dataset_id, experiment_ids=[other])
assert sorted(datasets.get_dataset(dataset_id=made.dataset_id).experiment_ids) == sorted([experiment, other])
datasets.remove_dataset_from_experiments(dataset_id=made.dataset_id, experiment_ids=[experiment])
assert datasets.get_dataset(dataset_id=made.dataset_id).experiment_ids == [other]
records = list(frame["dataset_record_id"])
assert found.delete_records(records[:2]) == 2
assert len(datasets.get_dataset(dataset_id=made.dataset_id).to_df()) == 2
datasets.delete_dataset(dataset_id=made.dataset_id)
assert datasets.search_datasets(experiment_ids=[other]) == []

judge = make_judge(name="brief", instructions="Is {{ outputs }} brief? Answer yes or no.", model="openai:/gpt-4o")
judge.register(experiment_id=experiment)
second = make_judge(name="brief", instructions="Is {{ outputs }} very brief?", model="openai:/gpt-4o")
second.register(experiment_id=experiment)
[listed] = list_scorers(experiment_id=experiment)
assert listed.name == "brief"
assert "very brief" in listed.instructions
assert "very" not in get_scorer(name="brief", experiment_id=experiment, version=1).instructions
assert [version for _, version in list_scorer_versions(name="brief", experiment_id=experiment)] == [1, 2]
delete_scorer(name="brief", experiment_id=experiment, version=2)
assert "very" not in get_scorer(name="brief", experiment_id=experiment).instructions
delete_scorer(name="brief", experiment_id=experiment, version="all")
assert list_scorers(experiment_id=experiment) == []

report(experiment)
