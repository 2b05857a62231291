# mypy: disable-error-code="import-not-found,import-untyped"
"""Splink 5 over the same customers, with labels, as a measure: needs `splink`, which is no
dependency of ours. Run by `make.py bench matching --splink PYTHON` with a Python that has it.

    PYTHON -m benchmarks.matching.peer FOLDER    prints seconds and scores as JSON
"""

import csv
import json
import logging
import re
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    """Link, cluster, score."""
    started = time.perf_counter()
    import pandas
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)
    table = pandas.read_csv(folder / "customers.csv", dtype=str, encoding="utf-8-sig")
    truth = pandas.read_csv(folder / "truth.csv", dtype=str, encoding="utf-8-sig")
    table["entity"] = truth["entity"]
    table["unique_id"] = table["id"]
    table["mobile"] = table["phone"].map(_last_digits)
    table["line"] = table["tel"].map(_last_digits)
    table["uscc"] = table["uscc"].str.upper().str.replace(" ", "")
    table["bare"] = table["name"].map(_bare)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            library.JaroWinklerAtThresholds("bare", [0.95, 0.85, 0.7]),
            library.ExactMatch("contact").configure(term_frequency_adjustments=True),
            library.ExactMatch("mobile").configure(term_frequency_adjustments=True),
            library.ExactMatch("line").configure(term_frequency_adjustments=True),
            library.ExactMatch("uscc"),
            library.JaroWinklerAtThresholds("address", [0.95, 0.85]),
            library.ExactMatch("email"),
            library.ExactMatch("city"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("mobile"), block_on("line"), block_on("uscc"), block_on("bare", "city"),
            block_on("email"), block_on("contact", "city"), block_on("address"),
        ],
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(table), settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_m_from_label_column("entity")
    linker.training.estimate_probability_two_random_records_match([block_on("mobile")], recall=0.6)
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.9)
    found = groups.as_pandas_dataframe()[["unique_id", "cluster_id"]]
    found.to_csv(folder / "peer.csv", index=False, header=["id", "cid"])
    print(json.dumps({"seconds": time.perf_counter() - started}))


def _last_digits(text: object) -> str | None:
    digits = re.sub(r"\D", "", str(text).removesuffix(".0")) if isinstance(text, str) else ""
    return digits[-11:] if len(digits) >= 7 else None


def _bare(text: object) -> str:
    return re.sub(r"有限责任公司|股份有限公司|有限公司|[()（）*\s]", "", str(text))


def read_groups(path: Path) -> dict[str, str]:
    """id → customer of a file with the columns id and cid."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["cid"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
