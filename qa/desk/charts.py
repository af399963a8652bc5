"""Charts of an evaluation and the one before as SVG. Forms differ as well as colours, and what a
chart says stands in words beside it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from qa.evaluate import measures
from qa.evaluate.kept import Figure, KeptEvaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"  # Okabe and Ito's palette
SIZE = (7.2, 4.2)  # inches
# What the first chart shows, from the top, as it is called there.
SHOWN = (
    ("evidence: lead quote answers", "answered rightly (first quote)"),
    ("evidence: answered at all", "answered at all"),
    ("abstention: near misses answered", "answered, though no article does: same subject"),
    ("abstention: off topic answered", "answered, though no article does: another subject"),
)


def abstention_svg(last: KeptEvaluation, before: KeptEvaluation | None) -> bytes:
    """Shares with their intervals, the last evaluation above the one before."""
    return _svg(lambda axes: _shares(axes, last, before))


def risk_svg(last: KeptEvaluation, before: KeptEvaluation | None) -> bytes:
    """The risk-coverage curves."""
    return _svg(lambda axes: _risk(axes, last, before))


def abstention_words(last: KeptEvaluation, before: KeptEvaluation | None) -> str:
    """What the first chart shows, for who does not see it."""
    said = []
    for figure, was, label in _pairs(last, before):
        said.append(
            f"{label}: {share_words(figure)}{f', before {share_words(was)}' if was else ''}"
        )
    return "; ".join(said) + "."


def risk_words(last: KeptEvaluation) -> str:
    """The curve at three places, for who does not see it."""
    points = measures.risk_coverage(last.supports, last.rights)
    if not points:
        return "Nothing was measured."
    said = []
    for coverage in (0.25, 0.5, 0.75):
        point = points[max(0, round(coverage * len(points)) - 1)]
        said.append(
            f"of the best supported {100 * coverage:.0f} % the first sentence of "
            f"{100 * point.risk:.0f} % does not answer"
        )
    return f"Measured on {len(points)} questions: {'; '.join(said)}."


def share_words(figure: Figure) -> str:
    """
    >>> share_words(Figure("a", "b", 0.25, 0.1, 0.4, 40, 10, "higher"))
    '25 % (10 to 40)'
    """
    if figure.value is None:
        return "not measured"
    if figure.low is None or figure.high is None:
        return f"{100 * figure.value:.0f} %"
    return f"{100 * figure.value:.0f} % ({100 * figure.low:.0f} to {100 * figure.high:.0f})"


def _pairs(
    last: KeptEvaluation, before: KeptEvaluation | None
) -> list[tuple[Figure, Figure | None, str]]:
    now = {figure.name: figure for figure in last.figures}
    was = {figure.name: figure for figure in before.figures} if before else {}
    return [(now[name], was.get(name), label) for name, label in SHOWN if name in now]


def _shares(axes: Axes, last: KeptEvaluation, before: KeptEvaluation | None) -> None:
    pairs = _pairs(last, before)
    rows = list(range(len(pairs), 0, -1))
    _whiskers(axes, rows, [now for now, _, _ in pairs], BLUE, "o", "last evaluation")
    if before:
        kept = [(row - 0.25, was) for row, (_, was, _) in zip(rows, pairs, strict=True) if was]
        places, figures = [row for row, _ in kept], [was for _, was in kept]
        _whiskers(axes, places, figures, ORANGE, "s", "the one before")
    axes.set_yticks(rows, [label for _, _, label in pairs])
    axes.set(xlim=(0, 1), ylim=(0.5, len(pairs) + 0.5), xlabel="share of the questions asked")


def _whiskers(
    axes: Axes,
    rows: Sequence[float],
    figures: Sequence[Figure],
    colour: str,
    marker: str,
    label: str,
) -> None:
    measured = [(row, f) for row, f in zip(rows, figures, strict=True) if f.value is not None]
    values = [f.value or 0.0 for _, f in measured]
    below = [max(v - (f.low or 0.0), 0) for v, (_, f) in zip(values, measured, strict=True)]
    above = [max((f.high or v) - v, 0) for v, (_, f) in zip(values, measured, strict=True)]
    axes.errorbar(
        values,
        [row for row, _ in measured],
        xerr=[below, above],
        color=colour,
        marker=marker,
        linestyle="none",
        capsize=4,
        label=f"{label}, with 95 % interval",
    )


def _risk(axes: Axes, last: KeptEvaluation, before: KeptEvaluation | None) -> None:
    for one, colour, line, label in (
        (before, ORANGE, "--", "the one before"),
        (last, BLUE, "-", "last evaluation"),
    ):
        points = measures.risk_coverage(one.supports, one.rights) if one else []
        if points:
            x, y = [p.coverage for p in points], [p.risk for p in points]
            axes.plot(x, y, color=colour, linestyle=line, linewidth=2, label=label)
    axes.set(
        xlabel="share of the questions answered, best supported first",
        ylabel="share of these that are wrong",
        xlim=(0, 1),
        ylim=(0, 1),
    )


def _svg(on: Callable[[Axes], None]) -> bytes:
    import matplotlib
    from matplotlib.figure import Figure as Drawing

    with matplotlib.rc_context({"svg.hashsalt": "wellsourced"}):
        drawing = Drawing(figsize=SIZE, layout="constrained")
        axes = drawing.subplots()
        on(axes)
        axes.grid(visible=True, alpha=0.3)
        if axes.get_legend_handles_labels()[0]:
            drawing.legend(loc="outside upper left", ncols=2, frameon=False)
        written = BytesIO()
        drawing.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()
