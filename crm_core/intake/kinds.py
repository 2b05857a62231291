"""Which kinds of record files are imported as. Light: lists ask before anything else is loaded."""

from crm_core.model.schema import Registry

_OFFERED = (
    "customer", "contact", "lead", "product", "opportunity", "competitor", "task", "channel_cost",
    "rating",
)  # fmt: skip


def kinds(registry: Registry) -> tuple[str, ...]:
    """The kinds of record that can be imported, the likeliest first."""
    return tuple(name for name in _OFFERED if name in registry)


SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".vcf"})
"""What files are called that are offered for import; what they are is judged by their content."""
