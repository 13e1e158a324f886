import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from gancore.cli import app
from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import PRESETS, Preset, Verdict

pytestmark = pytest.mark.training

SMALL = RunConfig(g_hidden=8, d_hidden=8, batch_size=8, sigma=0.2, steps=30)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Two presets that train in no time: a rule that every seed meets, and no rule."""
    met = Verdict("captured", "at_most", 8, "stayed", of=1, seeds=2)
    monkeypatch.setitem(PRESETS, "small", Preset("small", "a small ring", "It stays.", SMALL, met))
    monkeypatch.setitem(PRESETS, "silent", Preset("silent", "no rule", "Nothing.", SMALL))


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def ran(*arguments):
    result = run("run", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def refused(*arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr.strip()


def test_a_table_with_a_row_a_seed_and_a_verdict():
    result = run("run", "small", "--seeds", "3")
    assert result.exit_code == 0
    assert result.stderr == ""  # not a terminal: no progress bar
    for seed in ("0", "1", "2", "mean"):
        assert sum(line.startswith(f"│ {seed} ") for line in result.stdout.splitlines()) == 1
    assert "3 of 3 stayed (95 % interval 44–100 %)" in result.stdout
    assert "finished" in result.stdout
    assert "±" in result.stdout


def test_what_a_rule_judges_has_a_column(monkeypatch):
    frozen = SMALL.changed(freeze_at=2)
    rule = Verdict("g_grad_fall", "at_least", 0, "fell", of=1, seeds=2)
    monkeypatch.setitem(PRESETS, "frozen", Preset("frozen", "f", "It falls.", frozen, rule))
    assert "fall of" in run("run", "frozen", "--seeds", "2").stdout
    assert "fall of" not in run("run", "small", "--seeds", "2").stdout
    assert "2 of 2 fell" in run("run", "frozen", "--seeds", "2").stdout


def test_one_seed_has_no_mean_and_no_verdict():
    result = run("run", "small")
    assert "stayed" not in result.stdout
    assert "mean" not in result.stdout


def test_json_says_everything():
    said = ran("small", "--seeds", "2", "--set", "seed=3", "--set", "d_lr=0.01", "--steps", "36", "--device", "cpu")
    config = RunConfig(**said["config"])
    assert config == SMALL.changed(seed=3, d_lr=0.01, steps=36)
    assert said["preset"] == "small"
    assert said["seeds"] == [3, 4]
    assert said["steps"] == 36
    assert said["failures"] == [None, None]
    assert said["device"] == "cpu"
    assert said["seconds"] > 0
    assert said["torch"].startswith("2.")
    assert {len(values) for values in said["figures"].values()} == {2}
    assert set(said["figures"]) == {
        "captured", "captured_weight", "touched", "high_quality", "reverse_kl", "transport", "oscillation",
        "d_accuracy", "g_depth_fall",
    }  # fmt: skip
    assert (said["verdict"]["count"], said["verdict"]["of"]) == (2, 2)
    assert said["verdict"]["interval"][0] < 1 == said["verdict"]["interval"][1]
    assert said["so_far"] is None


def test_a_seed_of_a_batch_is_the_seed_alone():
    together, alone = ran("small", "--seeds", "3"), ran("small", "--set", "seed=2")
    for name, values in together["figures"].items():
        assert values[2] == pytest.approx(alone["figures"][name][0], rel=1e-3), name
    assert alone["verdict"] is None


def test_no_rule_no_verdict():
    said = ran("silent", "--seeds", "2")
    assert (said["verdict"], said["so_far"]) == (None, None)


@pytest.mark.parametrize("arguments", [("--steps", "24"), ("--set", "steps=29")])
def test_a_run_that_is_shorter_than_its_claim_has_no_verdict(arguments):
    so_far = "2 of 2 so far: captured modes ≤ 8. No verdict before step 30."
    said = ran("small", "--seeds", "2", *arguments)
    assert (said["verdict"], said["so_far"]) == (None, so_far)
    printed = run("run", "small", "--seeds", "2", *arguments).stdout
    assert so_far in printed
    assert "stayed" not in printed
    assert "interval" not in printed


def test_a_run_too_short_for_the_figure_of_its_claim_is_still_printed(monkeypatch):
    rule = Verdict("oscillation", "at_least", 0, "still swing", of=1, seeds=2)
    monkeypatch.setitem(PRESETS, "swings", Preset("swings", "s", "It swings.", SMALL, rule))
    assert "still swing" in run("run", "swings", "--seeds", "2").stdout
    short = run("run", "swings", "--seeds", "2", "--steps", "3")
    assert short.exit_code == 0
    assert "still swing" not in short.stdout
    assert ran("swings", "--seeds", "2", "--steps", "3")["verdict"] is None


def test_what_diverges_is_said_and_is_no_success():
    values = ("--seeds", "2", "--steps", "60", "--set", "d_lr=1e6")
    said = ran("small", *values)
    assert said["verdict"]["count"] == 0
    assert all(failure.startswith("diverged at step ") for failure in said["failures"])
    assert said["verdict"]["sentence"].endswith("; 2 diverged")
    result = run("run", "small", *values)
    assert result.exit_code == 0
    assert "0 of 2 stayed" in result.stdout
    assert "diverged at step" in result.stdout


def test_a_config_from_a_file(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(SMALL.changed(seed=9).to_json(), encoding="utf-8")
    said = ran(str(path))
    assert said["preset"] is None
    assert said["seeds"] == [9]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["smal"], "did you mean small"),
        (["nonsense-entirely"], "or give a file.json"),
        (["missing.json"], "missing.json cannot be read"),
        (["small", "--set", "d_lr"], "field=value is needed"),
        (["small", "--set", "d_lr=-1"], "d_lr is -1.0; allowed are numbers from 0 to 1,000,000."),
        (["small", "--set", "d_lrr=1"], "did you mean d_lr"),
        (["small", "--set", "pack=3"], "multiple of the packing"),
        (["small", "--steps", "0"], "steps is 0"),
        (["small", "--seeds", "0"], "seeds is 0"),
        (["small", "--seeds", "100000"], "from 1 to 1024"),
        (["small", "--device", "nonsense"], "device is 'nonsense'"),
    ],
)
def test_errors_are_one_sentence(arguments, part):
    assert part in refused("run", *arguments)


@pytest.mark.parametrize("command", [["run", "small"], ["prove", "small"], ["remedies"], ["seeds"], ["small-data"]])
@pytest.mark.parametrize("name", ["meta", "nonsense", "cuda:99"])
def test_a_device_that_is_not_here_is_one_sentence_that_says_what_is(command, name, tmp_path):
    out = ["--out", str(tmp_path / "table.json")] if command[0] in ("remedies", "seeds", "small-data") else []
    said = refused(*command, "--device", name, *out)
    assert said.startswith(f"device is '{name}'; allowed on this machine are auto, cpu")
    assert len(said) < 200
    assert not list(tmp_path.iterdir())


def test_how_a_folder_was_read_is_told_beside_the_results(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCORE_IMAGES", str(tmp_path))
    monkeypatch.setattr("gancore.data.images._loaded", {})
    for grey in range(70):
        Image.new("L", (9, 9), grey).save(tmp_path / f"{grey}.png")
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic")
    config = RunConfig(data="folder", image_side="8", images=16, batch_size=4, g_hidden=4, d_hidden=4, steps=2)
    path = tmp_path / "mine.json"
    path.write_text(config.to_json(), encoding="utf-8")
    result = run("run", str(path), "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["steps"] == 2
    said = "Of 72 files in the folder, 70 gave an image. 2 gave none: 1 HEIC (no decoder here), 1 JSON (no image)."
    assert result.stderr.strip() == said


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"self": 1}', '{"modes": "many"}', "\x00"])
def test_a_wrong_file_is_one_sentence(tmp_path, text):
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    assert len(refused("run", str(path))) > 10


def test_a_folder_is_no_config(tmp_path):
    folder = tmp_path / "folder.json"
    folder.mkdir()
    assert "is no file" in refused("run", str(folder))


def test_running_out_of_memory_is_one_sentence(monkeypatch):
    def full(*_args):
        raise RuntimeError("[enforce fail] not enough memory:\nyou tried to allocate 10 TB")

    monkeypatch.setattr("gancore.cli.run.trial", full)
    assert refused("run", "small").startswith("Out of memory. Turn down ")


def test_a_run_that_is_too_large_is_refused_before_it_begins(monkeypatch):
    monkeypatch.setenv("GANCORE_MEMORY", "20M")
    said = refused("run", "small", "--set", "batch_size=4096")
    assert said.startswith("This run needs about ")
    assert "there is room for 21 MB" in said
    assert "Turn down “batch size” (batch_size, now 4,096) first" in said
    monkeypatch.setenv("GANCORE_MEMORY", "much")
    assert "a number of bytes is needed" in refused("run", "small")


def test_an_option_that_is_none_is_refused():
    result = run("run", "small", "--stepps", "3")
    assert result.exit_code == 2
    assert "--steps" in result.stderr


def test_presets():
    result = run("presets")
    assert result.exit_code == 0
    assert "small" in result.stdout
    assert "It stays." in result.stdout
    listed = {each["name"]: each for each in json.loads(run("presets", "--json").stdout)}
    assert set(listed) == set(PRESETS)
    assert RunConfig(**listed["small"]["config"]) == SMALL


def test_fields():
    result = run("fields")
    assert result.exit_code == 0
    listed = json.loads(run("fields", "--json").stdout)
    assert [each["name"] for each in listed] == list(FIELDS)
    for name, spec in FIELDS.items():
        assert name in result.stdout
        assert (next(each for each in listed if each["name"] == name)["acts"] == "now") == spec.live


def test_prove_prints_a_row_a_preset_and_says_whether_its_claim_holds(monkeypatch):
    tiny = RunConfig(steps=2, batch_size=4, g_hidden=2, d_hidden=2)
    always, never = (Verdict("captured", "at_least", limit, "covered", of=2, seeds=2) for limit in (0, 99))
    table = {
        "sure": Preset("sure", "t", "c", tiny, always),
        "wrong": Preset("wrong", "t", "c", tiny, never),
        "silent": Preset("silent", "t", "c", tiny),
    }
    monkeypatch.setattr("gancore.cli.prove.PRESETS", table)
    rows = [line.split(" | ") for line in run("prove", "--seeds", "2").stdout.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == ["| `sure`", "| `wrong`", "| `silent`"]
    assert [row[1].split(" (")[0] for row in rows] == ["2 of 2 covered", "0 of 2 covered", "no claim"]
    assert [row[2] for row in rows] == ["yes", "**no**", "–"]
    assert [row[3] for row in rows] == ["captured modes 0.0 ± 0.0"] * 3
    assert [
        line.split("`")[1]
        for line in run("prove", "wrong", "--seeds", "1").stdout.splitlines()
        if line.startswith("| `")
    ] == ["wrong"]
    assert "nonsense" in refused("prove", "nonsense")
