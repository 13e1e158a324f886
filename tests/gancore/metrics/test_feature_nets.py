import importlib
import json
import sys
from types import ModuleType
from urllib.error import URLError

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from gancore.cli import app
from gancore.data.images import load_images, to_floats
from gancore.data.shapes import shape_factors
from gancore.data.torchvision_import import import_torchvision
from gancore.metrics import feature_nets, feature_training
from gancore.metrics.feature_nets import (
    FEATURE_NETS,
    InceptionFeatures,
    PixelFeatures,
    feature_net,
    features_for,
    weights_file,
)
from gancore.metrics.feature_training import train_feature_net
from gancore.metrics.neighbours import nearest_neighbours

DATA = list(FEATURE_NETS)


def floats(images):
    return torch.from_numpy(to_floats(images.pixels))


@pytest.fixture
def folder(tmp_path):
    """A copy of the weights and their facts, to spoil: `folder(data, change)` writes what the change returns."""
    feature_net.cache_clear()

    def spoil(data, change):
        spec = FEATURE_NETS[data]
        net = feature_net(data)
        tensors, facts = load_file(weights_file(spec)), dict(net.facts)
        tensors, facts = change(tensors, facts) or (tensors, facts)
        save_file(tensors, weights_file(spec, tmp_path), facts)
        return tmp_path

    return spoil


@pytest.mark.parametrize("data", DATA)
def test_features_and_logits_of_images(data):
    spec, images = FEATURE_NETS[data], load_images(data)
    net = feature_net(data)
    x = floats(images.held_out)
    before = x.clone()
    seen = net(x)
    assert torch.equal(x, before)
    assert (net.name, net.dims) == (spec.name, 64)
    assert seen.features.shape == (len(x), 64)
    assert seen.logits.shape == (len(x), len(images.classes))
    # What an image looks like does not depend on those beside it.
    alone = net(x[-3:])
    np.testing.assert_allclose(alone.features, seen.features[-3:], atol=1e-4)
    np.testing.assert_allclose(alone.logits, seen.logits[-3:], atol=1e-4)


@pytest.mark.parametrize("data", DATA)
def test_the_file_says_how_often_the_network_is_right(data):
    images, net = load_images(data), feature_net(data)
    right = (net(floats(images.held_out)).logits.argmax(1) == images.held_out.labels).mean()
    head = next(iter(net.spec.heads))
    assert net.facts[f"accuracy of {head}"] == f"{100 * right:.1f} % of {len(images.held_out):,} held-out images"
    assert right > 0.97
    # The same to read beside it.
    assert json.loads(weights_file(net.spec).with_suffix(".json").read_text(encoding="utf-8")) == net.facts
    assert {"name", "data", "dims", "date", "torch", "training"} <= net.facts.keys()


@pytest.mark.parametrize("data", DATA)
def test_features_are_standardised_on_the_training_images(data):
    features = feature_net(data)(floats(load_images(data).train)).features
    np.testing.assert_allclose(features.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(features.std(0), 1, atol=1e-3)


@pytest.mark.statistics
def test_features_of_shapes_see_colour_size_and_place_as_well_as_kind():
    images, net = load_images("shapes"), feature_net("shapes")
    nearest = nearest_neighbours(net(floats(images.held_out)).features, net(floats(images.train)).features, 1).indices[
        :, 0
    ]
    mine, theirs = shape_factors(images.held_out.pixels), shape_factors(images.train.pixels)
    for factor in ("kind", "colour", "size", "cell"):
        assert (getattr(mine, factor) == getattr(theirs, factor)[nearest]).mean() > 0.9, factor


@pytest.mark.parametrize(
    ("data", "channels", "side", "name"),
    [
        ("digits", 1, 8, "digits-net"),
        ("shapes", 3, 32, "shapes-net"),
        ("digits", 1, 16, "pixels"),
        ("shapes", 3, 16, "pixels"),
        ("mnist", 1, 32, "pixels"),
        ("folder", 3, 32, "pixels"),
    ],
)
def test_which_features_a_set_is_measured_through(data, channels, side, name):
    found = features_for(data, channels, side)
    seen = found(torch.zeros(3, channels, side, side))
    assert found.name == name
    assert seen.features.shape == (3, found.dims)
    assert (seen.logits is None) == (name == "pixels")


def test_pixels_are_averages_of_blocks():
    image = torch.zeros(1, 2, 16, 16)
    image[0, 1, 2:4, 4:6] = torch.tensor([[1.0, 0.0], [-0.5, 0.1]])
    features = PixelFeatures(2, 16)(image).features.reshape(2, 8, 8)
    assert features[1, 1, 2] == pytest.approx(0.15)
    assert np.count_nonzero(features) == 1
    small = torch.rand(2, 1, 4, 4)
    np.testing.assert_array_equal(PixelFeatures(1, 4)(small).features, small.flatten(1).numpy())


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (torch.zeros(2, 3, 8, 8), r"\(2, 3, 8, 8\); digits-net takes \(N, 1, 8, 8\)"),
        (torch.zeros(2, 64), r"\(2, 64\)"),
        (torch.zeros(0, 1, 8, 8), r"\(0, 1, 8, 8\)"),
        (torch.zeros(2, 1, 8, 8, dtype=torch.uint8), "uint8; floats in"),
        (torch.full((2, 1, 8, 8), torch.nan), "images has 2 of 2 images that are not finite"),
    ],
)
def test_images_that_are_none(images, said):
    with pytest.raises(ValueError, match=said):
        feature_net("digits")(images)


def without(tensors, facts):
    del tensors["heads.bias"]


def more(tensors, facts):
    tensors["extra"] = torch.zeros(1)


def narrower(tensors, facts):
    tensors["features.weight"] = tensors["features.weight"][:32].clone()


def halved(tensors, facts):
    tensors["heads.weight"] = tensors["heads.weight"].half()


def broken(tensors, facts):
    tensors["heads.weight"][0, 0] = torch.nan


def another(tensors, facts):
    facts["name"] = "shapes-net"


def nameless(tensors, facts):
    return tensors, None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without, r"has nothing for heads.bias; digits-net needs float32 \(10,\)"),
        (more, r"has float32 \(1,\) for extra; digits-net needs nothing"),
        (narrower, r"has float32 \(32, 1024\) for features.weight; digits-net needs float32 \(64, 1024\)"),
        (halved, r"has float16 \(10, 64\) for heads.weight; digits-net needs float32 \(10, 64\)"),
        (broken, "heads.weight has values that are not finite"),
        (another, "says it is 'shapes-net'; digits-net is needed"),
        (nameless, "says it is None; digits-net is needed"),
    ],
)
def test_weights_that_are_not_the_networks(folder, change, said):
    with pytest.raises(ValueError, match=said):
        feature_net("digits", folder("digits", change))


def test_weights_that_were_left_alone_load_and_draw_nothing_from_the_global_generator(folder):
    path = folder("digits", lambda tensors, facts: None)
    state = torch.get_rng_state()
    assert feature_net("digits", path).facts == feature_net("digits").facts
    assert torch.equal(torch.get_rng_state(), state)


def test_a_file_that_is_missing_cut_off_or_something_else(tmp_path):
    path = weights_file(FEATURE_NETS["digits"], tmp_path)
    with pytest.raises(
        ValueError, match=r"digits-net.safetensors cannot be read: .*; `gancore features` makes it anew"
    ):
        feature_net("digits", tmp_path)
    whole = weights_file(FEATURE_NETS["digits"]).read_bytes()
    for content in (b"", b"<html>not found</html>", whole[:1000], whole[:-4]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="is no safetensors file"):
            feature_net("digits", tmp_path)


def test_a_set_without_a_network():
    with pytest.raises(ValueError, match="no feature network for 'mnist'; there are ones for digits, shapes"):
        feature_net("mnist")
    with pytest.raises(ValueError, match="no feature network for 'mnist'"):
        train_feature_net("mnist")


@pytest.fixture
def _one_pass(monkeypatch):
    monkeypatch.setattr(feature_training, "PASSES", 1)


@pytest.mark.usefixtures("_one_pass")
def test_training_writes_what_loads_and_the_same_again(tmp_path):
    state = torch.get_rng_state()
    facts = train_feature_net("digits", tmp_path / "a")
    train_feature_net("digits", tmp_path / "b")
    assert torch.equal(torch.get_rng_state(), state)
    spec = FEATURE_NETS["digits"]
    a, b = (load_file(weights_file(spec, tmp_path / each)) for each in "ab")
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert feature_net("digits", tmp_path / "a").facts == facts
    shipped = feature_net("digits").facts
    assert {name: value for name, value in facts.items() if value == shipped[name]}.keys() >= {"name", "data", "dims"}


@pytest.mark.usefixtures("_one_pass")
def test_the_command(tmp_path):
    done = CliRunner().invoke(app, ["features", "digits", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert "accuracy of class: " in done.stdout
    assert feature_net("digits", tmp_path).name == "digits-net"
    assert not weights_file(FEATURE_NETS["shapes"], tmp_path).exists()
    refused = CliRunner().invoke(app, ["features", "mnist", "--out", str(tmp_path)])
    assert refused.exit_code == 2
    assert "no feature network for 'mnist'" in refused.stderr
    (tmp_path / "taken").write_text("")
    refused = CliRunner().invoke(app, ["features", "digits", "--out", str(tmp_path / "taken")])
    assert refused.exit_code == 2
    assert "taken cannot be written" in refused.stderr


def test_inception_without_torch_fidelity(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch_fidelity.feature_extractor_inceptionv3", None)
    with pytest.raises(ValueError, match=r"torch-fidelity, which is not installed: pip install 'gancore\[inception\]'"):
        InceptionFeatures()


def test_inception_without_a_network(monkeypatch):
    import_torchvision()
    module = importlib.import_module("torch_fidelity.feature_extractor_inceptionv3")

    def fails(*_, **__):
        raise URLError("Name or service not known")

    monkeypatch.setattr(module, "load_state_dict_from_url", fails)
    with pytest.raises(ValueError, match="weights of Inception v3 are not on this machine and could not be downloaded"):
        InceptionFeatures()


def test_inception_takes_grey_and_coloured_images_as_bytes(monkeypatch):
    given = []

    class Extractor:
        def __init__(self, name, features_list):
            self.widths = {"2048": 2048, "logits_unbiased": 1008}
            self.wanted = features_list

        def to(self, device):
            return self

        def __call__(self, pixels):
            given.append(pixels)
            return tuple(torch.zeros(len(pixels), self.widths[wanted]) for wanted in self.wanted)

    module = ModuleType("torch_fidelity.feature_extractor_inceptionv3")
    module.FeatureExtractorInceptionV3 = Extractor
    monkeypatch.setitem(sys.modules, module.__name__, module)
    inception = InceptionFeatures()
    seen = inception(torch.tensor([-1.0, 0.0, 1.0, 1.5]).reshape(1, 1, 2, 2))
    assert (seen.features.shape, seen.logits.shape) == ((1, 2048), (1, 1008))
    assert given[0].dtype == torch.uint8
    assert given[0].tolist() == [[[[0, 128], [255, 255]]] * 3]
    with pytest.raises(ValueError, match="1 or 3"):
        inception(torch.zeros(2, 2, 8, 8))


def test_every_source_says_its_name_and_only_inception_says_inception():
    names = [spec.name for spec in FEATURE_NETS.values()] + [PixelFeatures(1, 8).name]
    assert not any("inception" in name for name in names)
    assert "inception" in InceptionFeatures.name
    assert len({*names, InceptionFeatures.name}) == len(names) + 1
    assert feature_nets.WEIGHTS.name == "feature_weights"
