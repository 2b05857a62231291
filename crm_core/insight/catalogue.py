"""All measures that ship, by id. What each means is said where it is declared."""

from collections.abc import Mapping

from crm_core.insight.catalogue_first import FIRST
from crm_core.insight.declared import Measure

MEASURES: Mapping[str, Measure] = {one.id: one for one in (*FIRST,)}
