"""`RunConfig`, which says everything about a run, and its fields as controls need them."""

from gancore.config.cautions import Caution, cautions
from gancore.config.choices import IMAGE_DATA, MAX_POINTS, POINTS_DATA
from gancore.config.field_spec import FieldSpec
from gancore.config.run_config import FIELDS, LIVE_FIELDS, ConfigError, RunConfig

__all__ = [
    "FIELDS",
    "IMAGE_DATA",
    "LIVE_FIELDS",
    "MAX_POINTS",
    "POINTS_DATA",
    "Caution",
    "ConfigError",
    "FieldSpec",
    "RunConfig",
    "cautions",
]
