"""Every record that crosses from one package to another, as it stands on disk.

One class a seam, frozen and validated. Unknown fields are ignored on reading, so that a newer writer
does not break an older reader; a change of meaning raises `SCHEMA_VERSION`.
"""

from sigil_common.records.base import SCHEMA_VERSION, Record
from sigil_common.records.dataset import (
    CandidateCounts,
    ChunkCounts,
    CrateCounts,
    CrateRow,
    DatasetSummary,
    HeldoutCounts,
    Sample,
    SampleCounts,
)
from sigil_common.records.judging import (
    Completion,
    Edition,
    Extraction,
    FailureClass,
    Metrics,
    NamedFile,
    Problem,
    ProblemKind,
    TestReport,
    Verdict,
    set_of,
)
from sigil_common.records.likelihood import (
    Estimate,
    Likelihood,
    LikelihoodPair,
    LikelihoodSet,
    LikelihoodSummary,
    PairLikelihood,
    TextLikelihood,
)
from sigil_common.records.run import (
    Comparison,
    FileRecord,
    InputRecord,
    Interval,
    LikelihoodRow,
    MetricRow,
    MissingMetric,
    ProblemRow,
    RunManifest,
    StageRecord,
    Steps,
)
from sigil_common.records.training import CheckpointInfo, TrainLogRow

__all__ = [
    "SCHEMA_VERSION",
    "CandidateCounts",
    "CheckpointInfo",
    "ChunkCounts",
    "Comparison",
    "Completion",
    "CrateCounts",
    "CrateRow",
    "DatasetSummary",
    "Edition",
    "Estimate",
    "Extraction",
    "FailureClass",
    "FileRecord",
    "HeldoutCounts",
    "InputRecord",
    "Interval",
    "Likelihood",
    "LikelihoodPair",
    "LikelihoodRow",
    "LikelihoodSet",
    "LikelihoodSummary",
    "MetricRow",
    "Metrics",
    "MissingMetric",
    "NamedFile",
    "PairLikelihood",
    "Problem",
    "ProblemKind",
    "ProblemRow",
    "Record",
    "RunManifest",
    "Sample",
    "SampleCounts",
    "StageRecord",
    "Steps",
    "TestReport",
    "TextLikelihood",
    "TrainLogRow",
    "Verdict",
    "set_of",
]
