"""The two tables of the page DiffAugment."""

import json
from datetime import date
from pathlib import Path

from gancore.config import RunConfig
from gancore.experiments.presets.few_images import SMALL
from gancore.experiments.small_data import PUBLISHED, SmallDataCell, SmallDataTable, sizes_of
from gancore.experiments.tables import Machine
from ui.exhibits.small_data.content import TABLE, shown


def page(path: Path) -> str:
    """All that is said, as JSON text."""
    return json.dumps(shown(path), ensure_ascii=False)


def table(name: str = "digits-net", fid: tuple[float | None, ...] = (20.0, 30.0)) -> SmallDataTable:
    cell = SmallDataCell(
        n=100, mode="none", figures={"fid": fid, "fid_best": fid, "score": fid}, seconds=1.0, date=date(2026, 1, 2)
    )
    machine = Machine(architecture="a", processor="p", device="cpu", torch="2.13.0+cpu")
    base = RunConfig(data="digits")
    return SmallDataTable(machine=machine, base=base, seeds=(7, 8), features=name, judged=500, floor=1.0, cells=(cell,))


def test_without_a_file_the_paper_s_table_stands_beside_a_sentence(tmp_path: Path) -> None:
    shown = page(tmp_path / "none.json")
    assert "none.json cannot be read" in shown
    assert "gancore small-data" in shown
    assert all(f"{each.fid:.2f}" in shown for each in PUBLISHED)


def test_means_are_of_the_seeds_that_did_not_diverge(tmp_path: Path) -> None:
    table().write(tmp_path / "t.json")
    assert "25.0" in page(tmp_path / "t.json")
    table(fid=(20.0, None)).write(tmp_path / "t.json")
    assert "20.0" in page(tmp_path / "t.json")
    table(fid=(None, None)).write(tmp_path / "t.json")
    assert "–" in page(tmp_path / "t.json")


def test_each_bar_is_a_share_of_the_longest(tmp_path: Path) -> None:
    table().write(tmp_path / "t.json")
    for side in shown(tmp_path / "t.json"):
        shares = [row["share"] for part in side["tables"] for row in part["rows"]]
        assert max(shares) == 1
        assert all(0 < share <= 1 for share in shares)


def test_the_table_that_is_shipped_is_whole_and_of_the_code_s_own_runs() -> None:
    found = SmallDataTable.read(TABLE)
    assert found.base == SMALL
    assert found.sizes == sizes_of(SMALL)
    assert len(found.cells) == 6
