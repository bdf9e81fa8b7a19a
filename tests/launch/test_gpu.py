from __future__ import annotations

from mlplat_cli.launch.gpu import parse_query


def test_every_gpu_has_its_own_metrics() -> None:
    answer = "0, 37, 2048, 8192, 55.5, 111.0\n1, 0, 0, 8192, 10, 100\n"
    metrics = parse_query(answer)
    assert metrics["system/gpu_0_utilization_percentage"] == 37
    assert metrics["system/gpu_0_memory_usage_megabytes"] == 2048
    assert metrics["system/gpu_0_memory_usage_percentage"] == 25
    assert metrics["system/gpu_0_power_usage_watts"] == 55.5
    assert metrics["system/gpu_0_power_usage_percentage"] == 50
    assert metrics["system/gpu_1_memory_usage_percentage"] == 0


def test_what_a_gpu_does_not_report_is_left_out() -> None:
    assert set(parse_query("0, [N/A], 5, 10, [N/A], [N/A]\n")) == {
        "system/gpu_0_memory_usage_megabytes",
        "system/gpu_0_memory_usage_percentage",
    }


def test_an_answer_of_another_shape_is_no_metric() -> None:
    assert parse_query("NVIDIA-SMI has failed\n") == {}
