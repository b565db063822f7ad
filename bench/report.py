"""The table on the screen and the file beside it."""

import json
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import ground

RESULTS = Path(__file__).parent / "results"


def median(runs: Sequence[dict[str, float]], name: str) -> float:
    """The median of one figure over the runs."""
    return statistics.median(run[name] for run in runs)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def tell(
    name: str,
    title: str,
    figures: dict[str, tuple[str, bool]],
    results: dict[str, list[dict[str, float]]],
    settings: dict[str, Any],
) -> None:
    """Show and keep the medians of ours and of the anchor, and the ratio of each figure.

    `figures` names each figure with its heading and whether more is better; `results` has the anchor first and
    ours last. A ratio above 1 always means that ours is better.
    """
    contestants = list(results)
    anchor, ours = contestants[0], contestants[-1]
    table = Table(title=title, caption=ground.machine())
    table.add_column("")
    for contestant in contestants:
        table.add_column(contestant, justify="right")
    table.add_column("ratio (above 1: better)", justify="right")
    medians: dict[str, dict[str, float]] = {contestant: {} for contestant in contestants}
    ratios: dict[str, float] = {}
    for figure, (heading, more_is_better) in figures.items():
        for contestant in contestants:
            medians[contestant][figure] = round(median(results[contestant], figure), 3)
        a, b = medians[anchor][figure], medians[ours][figure]
        ratios[figure] = round((b / a if more_is_better else a / b) if a and b else 0, 3)
        cells = [_cell(results[contestant], figure) for contestant in contestants]
        table.add_row(heading, *cells, f"{ratios[figure]:.2f}x")
    Console(width=max(100, Console().width)).print(table)
    if len(contestants) < 2:
        # Nothing to compare with, nothing to keep.
        return
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": ground.machine(),
        "python": sys.version.split()[0],
        "settings": settings,
        "ratios": ratios,
        "medians": medians,
        "runs": results,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")


def _cell(runs: Sequence[dict[str, float]], figure: str) -> str:
    values = [run[figure] for run in runs]
    return f"{statistics.median(values):,.2f} ({min(values):,.2f}–{max(values):,.2f})"
