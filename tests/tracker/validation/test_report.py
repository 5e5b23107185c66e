"""The report: its text, its pictures, and the page that is committed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.tracker.toy import ROOT
from tests.tracker.validation.made import Maker, content, row, samples
from tests.tracker.validation.test_judging import arms
from tracker.validation import claims, judging, pictures, publishing
from tracker.validation.bootstrap import RESAMPLES
from tracker.validation.comparing import FAILED_SHARE_MAX
from tracker.validation.markdown import command, judged, report
from tracker.validation.samples import Samples, write_rounded

WANTED = claims.read()


def keep(folder: Path, **more: object) -> Samples:
    made = samples(*arms(sdk=1.0, mcp_stdio=1.0), **more)
    write_rounded(made, folder / "letta" / made.file_name)
    return made


def standin(profile: str) -> dict[str, object]:
    return {"kind": "standin", "profile": profile}


def test_every_table_has_as_many_cells_as_columns() -> None:
    bad = row("agent_list", "mcp_http", [], unavailable="a | b\nc")
    text = report(judged(samples(*arms(sdk=1.0, mcp_stdio=1.0), bad), WANTED))

    for table in text.split("\n\n"):
        if table.startswith("| "):
            widths = {line.replace("\\|", "").count("|") for line in table.splitlines()}
            assert len(widths) == 1, table
    assert "a \\| b c" in text


@pytest.mark.slow
def test_the_picture_of_a_whole_run(tmp_path: Path) -> None:
    judgement = judged(Samples.model_validate(Maker(turns=10).whole()), WANTED)

    names = pictures.save(judgement, tmp_path, "x-")

    assert names == [f"x-{each}.png" for each in
                     ("ratios", "latency", "scaling", "sustained", "memory")]  # fmt: skip
    for name in names:
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert 5_000 < (tmp_path / name).stat().st_size < 400_000


def test_pictures_are_the_same_each_time(tmp_path: Path) -> None:
    judgement = judged(samples(*arms(sdk=1.0, mcp_stdio=1.0)), WANTED)

    for folder in ("one", "two"):
        pictures.save(judgement, tmp_path / folder)

    one, two = ((tmp_path / each / "ratios.png").read_bytes() for each in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("health", "sdk", [])],
        [row("health", "sdk", [None], failures=[{"turn": 0, "why": "404"}])],
        arms(sdk=1.0, mcp_pigeon=0.5, turns=1, operation="agent_fold"),
    ],
)
def test_little_is_reported_as_little(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    judgement = judged(samples(*rows), WANTED)

    publishing.write_report(judgement, tmp_path)

    assert "not measured" in (tmp_path / "report.md").read_text("utf-8")
    assert json.loads((tmp_path / "verdicts.json").read_text("utf-8"))


def test_the_newest_of_each_backend_a_real_one_first(tmp_path: Path) -> None:
    keep(tmp_path, backend=standin("zero"))
    keep(tmp_path, commit="cd" * 20, measured_at="2026-01-01T00:00:00+00:00")
    newest = keep(tmp_path, measured_at="2026-02-01T00:00:00+00:00")

    found = publishing.newest(tmp_path)

    assert [each.file_name for each in found] == [newest.file_name, "abababab-standin-zero.json"]


def test_the_page_names_its_samples_and_how_to_repeat_them(tmp_path: Path) -> None:
    keep(tmp_path)
    keep(tmp_path, backend=standin("wan"), set="comparative")

    text = publishing.page(publishing.judge_newest(tmp_path))

    assert "`results/letta/abababab-real.json`" in text
    assert "\n./just validate --full --backend real\n" in text
    assert "\n./just validate --comparative-only --backend standin --profile wan\n" in text
    assert text.index("real.json") < text.index("standin-wan.json")
    assert "](letta-real-ratios.png)" in text


def test_without_samples_the_page_says_so() -> None:
    assert "Nothing has been measured yet." in publishing.page([])


def test_the_page_as_committed_says_what_the_samples_as_committed_say() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "results/letta"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    page = ROOT / "docs" / publishing.PAGE
    if not listed:
        assert not page.exists(), "a page without samples"
        return

    now = publishing.page(publishing.judge_newest(ROOT / "results"))

    assert page.read_text("utf-8") == now, "run `./just letta-page` and commit docs/"


def test_the_figures_of_the_rule_are_those_of_the_code() -> None:
    said = " ".join((ROOT / "docs/validation.md").read_text("utf-8").split())

    assert f"fewer than {judging.TURNS_MIN} " in said
    assert f"fewer than {judging.TURNS_ENOUGH} " in said
    assert f"wider than {judging.NARROW:.0%} of the claim".replace("%", " %") in said
    assert f"more than {FAILED_SHARE_MAX:.0%} of the turns failed".replace("%", " %") in said
    assert f"{RESAMPLES:,} resamples" in said
    for verdict in judging.Verdict:
        assert f"| {verdict.value} |" in said


def test_the_command_repeats_the_run() -> None:
    made = Samples.model_validate(content(set="quick", backend=standin("measured")))

    assert command(made) == "./just validate --quick --backend standin --profile measured"
