"""From `comparison.json` and the files behind it to the pages: report.html, report.md, model-card.md."""

from lambda_package.report.sources import ModelFiles, Own, Sources
from lambda_package.report.text import visible
from lambda_package.report.view import honest_notes, training_view
from lambda_package.report.write import write_report

__all__ = ["ModelFiles", "Own", "Sources", "honest_notes", "training_view", "visible", "write_report"]
