"""Three figures as PNG files. Colours are told apart by colour-blind eyes, and forms differ too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import QAError
from qa.evaluate import measures
from qa.evaluate.asking import Row
from qa.evaluate.questions import ANSWERABLE, NEAR_MISS
from qa.evaluate.scores import calibrated

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"  # Okabe and Ito's palette
SIZE = (6.4, 4.8)  # inches
DOTS = 150  # per inch


def draw_all(folder: Path, rows: Sequence[Row], minimum_support: float) -> list[Path]:
    """Writes the figures of the rows that were not met with the help card."""
    counted = [row for row in rows if not row.crisis]
    supports, rights = calibrated(counted)
    return [
        _draw(folder / "risk_coverage.png", lambda axes: _risk_coverage(axes, supports, rights)),
        _draw(folder / "reliability.png", lambda axes: _reliability(axes, supports, rights)),
        _draw(folder / "support.png", lambda axes: _histogram(axes, counted, minimum_support)),
    ]


def _draw(path: Path, on: Callable[[Axes], None]) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    on(axes)
    axes.grid(visible=True, alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    try:
        figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    except OSError as error:
        raise QAError(f"{path} cannot be written: {error.strerror}.") from None
    return path


def _risk_coverage(axes: Axes, supports: Sequence[float], rights: Sequence[bool]) -> None:
    points = measures.risk_coverage(supports, rights)
    axes.plot([p.coverage for p in points], [p.risk for p in points], color=BLUE, linewidth=2)
    axes.set(
        title=f"Risk and coverage ({len(points)} answerable questions and near misses)",
        xlabel="share of the questions answered, best supported first",
        ylabel="share of these whose first sentence does not answer",
        xlim=(0, 1),
        ylim=(0, 1),
    )


def _reliability(axes: Axes, supports: Sequence[float], rights: Sequence[bool]) -> None:
    bins = measures.reliability(supports, rights)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="perfectly calibrated")
    if bins:
        limits = [measures.clopper_pearson(round(b.right * b.of), b.of) for b in bins]
        below = [max(b.right - i.low, 0) for b, i in zip(bins, limits, strict=True)]
        above = [max(i.high - b.right, 0) for b, i in zip(bins, limits, strict=True)]
        axes.errorbar(
            [b.support for b in bins],
            [b.right for b in bins],
            yerr=[below, above],
            color=BLUE,
            marker="o",
            capsize=3,
            label="measured, with 95 % interval",
        )
    for b in bins:
        axes.annotate(str(b.of), (b.support, b.right), (6, -12), textcoords="offset points")
    axes.set(
        title="Reliability (numbers of questions beside the points)",
        xlabel="support (mean of the bin)",
        ylabel="share whose first sentence answers",
        xlim=(0, 1),
        ylim=(-0.05, 1.05),
    )


def _histogram(axes: Axes, rows: Sequence[Row], minimum_support: float) -> None:
    edges = [i / (2 * measures.BINS) for i in range(2 * measures.BINS + 1)]
    for sort, label, colour, hatch in (
        (ANSWERABLE, "answerable", BLUE, None),
        (NEAR_MISS, "near miss", ORANGE, "//"),
    ):
        supports = [r.outcome.support for r in rows if r.question.sort == sort]
        axes.hist(
            supports,
            bins=edges,
            color=colour,
            hatch=hatch,
            alpha=0.6,
            edgecolor=colour,
            label=f"{label} ({len(supports)})",
        )
    axes.axvline(
        minimum_support, color=GREY, linestyle="--", label=f"minimum support {minimum_support:g}"
    )
    axes.locator_params(axis="y", integer=True)
    axes.set(title="Support of the lead", xlabel="support", ylabel="questions", xlim=(0, 1))
