# mypy: disable-error-code="import-not-found,import-untyped"
"""Splink 5 on DuckDB over the same customers, with labels, as a measure: needs `splink`, which is
no dependency of ours. Run by `make.py bench matching --splink PYTHON` with a Python that has it.

The configuration is what somebody who knows Splink and has read some of the records would write:
columns cleaned in DuckDB, rules for candidates by every key, levels by closeness, frequencies of
terms, u by random sampling, m by the labels. It finds about what the best Splink of the sample's
note finds (0.856), and is kept as quick as that allows: what is left out was tried and is not worth
its time.

    PYTHON -m benchmarks.matching.peer FOLDER    prints seconds as JSON
"""

import csv
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

SAMPLED_PAIRS, SEED, LIKELY = 3e5, 1, 0.5

_WIDE = (
    "'（）＿－＃０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ',"
    "'()_-#0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'"
)
_FORMS = "分公司|分$|股份|有限|责任|公司|集团"
_TITLES = "先生|女士|总|经理|老板|姐|哥|主任|老师"
# Masked numbers (138****5678) keep their ends: what is compared is a number's head and tail.
_CLEAN = r"""
create table given as with
read as (
  select *, translate(upper(coalesce(name, '')), WIDE) as plain,
    translate(concat_ws('/', phone, tel, regexp_extract(name, '1\d\d[0-9*]{8}')), WIDE) as phones,
    translate(upper(coalesce(uscc, '')), WIDE) as code
  from read_csv(?, all_varchar = true, max_line_size = 100000, buffer_size = 2000000)
),
parts as (
  select *,
    regexp_replace(plain, '[ _]?1\d\d[0-9*]{8}|复购|群友|双11|展会|[\s()-]', '', 'g') as bare,
    regexp_extract(regexp_replace(phones, '[ -]', '', 'g'), '1[3-9]\d[0-9*]{4}\d{4}') as number,
    regexp_replace(translate(
      case when tel similar to '.*1[3-9]\d.*' or tel is null then phone else tel end, WIDE
    ), '\D', '', 'g') as digits,
    regexp_replace(code, '[^0-9A-Z]', '', 'g') as letters,
    coalesce(
      contact,
      nullif(regexp_extract(plain, '^A?(.{1,3}(?:TITLES))', 1), ''),
      regexp_extract(plain, '(?:公司|店|院|房|馆)([^)店]{1,4})$', 1)) as who
  from read
),
named as (
  select *, contact is not null or length(bare) > 4
    or regexp_matches(bare, '店|院|厂|馆|行|部|社|所') as firm
  from parts
),
made as (
  select id as unique_id, entity, rtrim(city, '市') as city, lower(email) as email,
    nullif(case when firm then regexp_replace(bare,
      '^.{1,3}(TITLES)|(TITLES|办事处)$|FORMS|^A|.{2,3}省|(TOWNS)市?', '', 'g'
    ) end, '') as brand,
    nullif(regexp_extract(bare, '(?:店|院|房|馆|坊|站|庄|厂|市|心)(.{2,6})店', 1), '') as outlet,
    nullif(regexp_replace(
      case when firm then who else bare end, 'TITLES|小姐|少$|工$|^A| |(TOWNS)', '', 'g'
    ), '') as person,
    case when number not like '%*%' then nullif(number, '') end as mobile,
    nullif(number[:3] || number[-4:], '') as ends,
    case when length(digits) between 7 and 13
      and not regexp_matches(digits, '^(0?0?86)?1[3-9].{5,9}$') then digits[-7:] end as line,
    case length(letters) when 18 then letters[9:17] when 9 then letters end as org,
    nullif(regexp_extract(
      translate(address, WIDE), '([^省市区县]{2,8}[路街道]\d+)', 1
    ), '') as street
  from named join read_csv(?, all_varchar = true, names = ['row', 'entity', 'kind'], header = true)
    on "row" = id
)
select *, person[1] as surname from made
"""


def main(folder: Path) -> None:
    """Clean, link, cluster; the groups go to `peer.csv`."""
    started = time.perf_counter()
    import duckdb
    from splink import DuckDBAPI, Linker, block_on

    logging.disable(logging.WARNING)
    base = duckdb.connect()
    _clean(base, folder)
    linker = Linker(DuckDBAPI(base).register("given"), _settings(), log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
    linker.training.estimate_m_from_label_column("entity")
    linker.training.estimate_probability_two_random_records_match([block_on("mobile")], recall=0.6)
    pairs = linker.inference.predict(threshold_match_probability=LIKELY)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, LIKELY)
    base.execute(
        f"copy (select unique_id as id, cluster_id as cid from {groups.physical_name}) "
        f"to '{folder / 'peer.csv'}' (header)"
    )
    print(json.dumps({"seconds": time.perf_counter() - started}))


def _clean(base: Any, folder: Path) -> None:
    customers, truth = str(folder / "customers.csv"), str(folder / "truth.csv")
    towns = base.execute(
        "select string_agg(distinct rtrim(city, '市'), '|') from read_csv(?, all_varchar = true)",
        [customers],
    ).fetchone()[0]
    text = _CLEAN
    for mark, put in {"WIDE": _WIDE, "FORMS": _FORMS, "TITLES": _TITLES, "TOWNS": towns}.items():
        text = text.replace(mark, put)
    base.execute(text, [customers, truth])


def _settings() -> Any:
    """Which pairs are candidates, and in which levels their columns agree."""
    import splink.comparison_level_library as level
    from splink import SettingsCreator, block_on
    from splink import comparison_library as library

    def exact(column: str) -> Any:
        return level.ExactMatchLevel(column, term_frequency_adjustments=True)

    def compared(column: str, *levels: Any) -> Any:
        return library.CustomComparison(
            output_column_name=column,
            comparison_levels=[level.NullLevel(column), *levels, level.ElseLevel()],
        )

    title_only = "surname_l = surname_r and least(length(person_l), length(person_r)) = 1"
    one_starts = "starts_with(brand_l, brand_r) or starts_with(brand_r, brand_l)"
    typo = level.CustomLevel("damerau_levenshtein(mobile_l, mobile_r) <= 1")
    close = level.JaroWinklerLevel
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compared("ends", exact("mobile"), exact("ends"), typo),
            compared(
                "person",
                level.CustomLevel(title_only), exact("person"), close("person", 0.75),
            ),
            compared(
                "brand",
                exact("brand"), level.CustomLevel(one_starts),
                close("brand", 0.88), close("brand", 0.7),
            ),
            compared("org", level.ExactMatchLevel("org"), level.LevenshteinLevel("org", 2)),
            compared("street", exact("street"), close("street", 0.88)),
            compared("line", exact("line")),
            library.ExactMatch("outlet"), library.ExactMatch("email"), library.ExactMatch("city"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("ends", "surname"), block_on("mobile"), block_on("line"), block_on("org"),
            block_on("email"), block_on("street", "city"), block_on("street", "surname"),
            block_on("case when length(person) > 1 then person end", "city"),
            block_on("brand"), block_on("substr(brand, 1, 3)", "city"),
            block_on("person", "substr(brand, 1, 2)"), block_on("ends", "city"),
        ],
    )  # fmt: skip


def read_groups(path: Path) -> dict[str, str]:
    """id → customer of a file with the columns id and cid."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["cid"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
