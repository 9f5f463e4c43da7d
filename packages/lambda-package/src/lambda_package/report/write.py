"""The view rendered: report.html for people, report.md for a pull request, model-card.md for the hub.

Completions are text that a model wrote: the HTML template escapes everything (jinja2 autoescape), and in all pages
characters without a shape are shown.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from lambda_package.headline import level, p_value, percent, points
from lambda_package.report.made_with import MadeWith, made_with
from lambda_package.report.sources import Sources
from lambda_package.report.text import cell, code, shown
from lambda_package.report.view import view
from lambda_package.stages import PAGES
from sigil_common.jsonl import write_text
from sigil_common.progress import counted

SCRIPT = "report.js"


def write_report(sources: Sources, output_dir: Path, made: MadeWith | None = None) -> list[Path]:
    """Write the pages and return their paths; `made`: with what, where that is not this machine here and now."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    templates = Environment(
        loader=PackageLoader("lambda_package"),
        autoescape=select_autoescape(["html.j2", "html"]),
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "problems": partial(counted, noun="problem"),
        "percent": percent,
        "points": points,
        "p": p_value,
        "level": level,
        "code": code,
        "cell": cell,
    }
    script = (Path(str(files("lambda_package"))) / "templates" / SCRIPT).read_text(encoding="utf-8")
    # The policy of the page lets this script run and no other, whatever an answer holds.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found = {**view(sources, made or made_with()), "script": Markup(script), "script_hash": f"sha256-{digest}"}  # noqa: S704
    written = []
    for name in PAGES:
        path = output_dir / name
        write_text(path, templates.get_template(f"{name}.j2").render(found))
        written.append(path)
    return written
