"""A device by its name: there, or answered with those that are."""

import pytest
import torch

from gancore.device import devices, pick_device

NAMES = ["cuda", "cuda:99", "mps", "xpu", "meta", "cpu:1", "", "nonsense", "CPU", "cuda:-1", "cpu:" + "9" * 20]


@pytest.mark.parametrize("name", NAMES)
def test_a_device_that_is_not_here_is_answered_with_those_that_are_in_one_sentence(name):
    if name in devices():
        pytest.skip(f"{name} is here")
    with pytest.raises(ValueError, match="allowed on this machine are auto, cpu") as refused:
        pick_device(name)
    said = str(refused.value)
    assert repr(name) in said
    assert set(devices()) <= set(said.rstrip(".").rpartition(" are ")[2].split(", "))
    assert len(said.splitlines()) == 1
    assert len(said) < 200


def test_every_device_that_is_here_computes():
    for name in devices():
        picked = pick_device(name)
        assert picked == torch.device(name)
        assert torch.ones(2, device=picked).sum() == 2
    assert pick_device("cpu:0").type == "cpu"
    assert pick_device().type in devices()


def test_several_cards_are_named_one_by_one(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert devices() == ("cpu", "cuda", "cuda:0", "cuda:1")
    with pytest.raises(ValueError, match="are auto, cpu, cuda, cuda:0, cuda:1"):
        pick_device("cuda:2")
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 1)
    assert devices() == ("cpu", "cuda")


@pytest.mark.parametrize("error", ["CUDA error: out of memory\nSearch for it in the manual.\n", "long " * 400])
def test_a_device_that_refuses_to_work_is_one_short_sentence(monkeypatch, error):
    def refuse(*_sizes, device):
        raise RuntimeError(error)

    monkeypatch.setattr(torch, "empty", refuse)
    with pytest.raises(ValueError, match="device is 'cpu'; it is here, but refuses to work: ") as refused:
        pick_device("cpu")
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 240
