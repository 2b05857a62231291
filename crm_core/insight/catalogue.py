"""All measures that ship, by id. What each means is said where it is declared."""

from collections.abc import Mapping

from crm_core.insight.catalogue_across import ACROSS
from crm_core.insight.catalogue_contact import CONTACT
from crm_core.insight.catalogue_first import FIRST
from crm_core.insight.catalogue_journey import JOURNEY_MEASURES
from crm_core.insight.catalogue_money import MONEY_MEASURES
from crm_core.insight.catalogue_risk import RISK_MEASURES
from crm_core.insight.declared import Measure

_EVERY = (*FIRST, *JOURNEY_MEASURES, *RISK_MEASURES, *MONEY_MEASURES, *CONTACT, *ACROSS)
MEASURES: Mapping[str, Measure] = {one.id: one for one in _EVERY}
