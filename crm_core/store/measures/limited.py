"""The measures with the limits that a company's rules give them (rules of the kind `limit`)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import NEVER_RED, Measure, Threshold
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.limits import Limit, Side
from crm_core.rules.ruleset import RuleSet


def limited(rules: RuleSet) -> Mapping[str, Measure]:
    """Every measure, with the limit in force; one without a rule keeps its own.

    A rule that is switched off takes the limit away. Of two about one measure the later one counts.
    """
    found = dict(MEASURES)
    for one in rules.documents:
        if isinstance(one.body, Limit) and one.body.measure in found:
            found[one.body.measure] = _under(found[one.body.measure], cast("Document[Limit]", one))
    return found


def _under(measure: Measure, rule: Document[Limit]) -> Measure:
    if not rule.active:
        return replace(measure, threshold=NEVER_RED)
    body, said = rule.body, rule.body.suggestion.strip()
    above = body.value if body.red is Side.ABOVE else None
    below = body.value if body.red is Side.BELOW else None
    return replace(
        measure,
        threshold=Threshold(above, below, strict=not body.included),
        suggestion=Label(said, said) if said else measure.suggestion,
    )
