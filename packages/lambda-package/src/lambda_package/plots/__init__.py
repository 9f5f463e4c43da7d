"""The report's plots as SVG text: no plotting library, no script, readable in both colour schemes.

Colours come from CSS classes of the page (one a model, see `STYLES`, and `axis` and the like); every mark has a
`<title>`, so the value is there without colour and for screen readers. All are drawn `WIDTH` wide, so that their
letters stay legible on a telephone.
"""

from lambda_package.plots.bars import column_groups, count_bars, failure_bars, forest, step_bars
from lambda_package.plots.curves import loss_curve, passk_curves
from lambda_package.plots.dots import paired_dots
from lambda_package.plots.svg import STYLES, WIDTH, Bar

__all__ = [
    "STYLES",
    "WIDTH",
    "Bar",
    "column_groups",
    "count_bars",
    "failure_bars",
    "forest",
    "loss_curve",
    "paired_dots",
    "passk_curves",
    "step_bars",
]
