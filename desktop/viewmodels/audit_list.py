"""The audit log as a person reads it: records by name, fields by label.

Entries keep ids and the model's own words, because a name must not outlive its erasure in a log
that is never changed; what they stand for is looked up when a line is drawn.
"""

import re
from collections.abc import Mapping, Sequence

from crm_core.model import choices
from crm_core.model.schema import EntitySpec, FieldSpec, Registry
from crm_core.model.values import Record, Value
from desktop.viewmodels.lists.record_list import RecordListModel

Names = Mapping[str, Mapping[str, str]]
"""Entity → id → what the record is called."""

_TYPED = frozenset({
    "signed_in", "locked_out", "password_changed", "account_added", "account_closed",
    "account_opened", "device_revoked", "device_wiped", "seen_as", "handed_over",
})  # fmt: skip
"""Events whose `about` is what somebody typed: a login, a device's name, a person's."""
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOKEN = re.compile(rf"{_ID}|[A-Za-z_]+(?: check| line)?")
_WORDS = {
    "records": "记录", "record": "记录", "fields": "字段", "changes": "处修改", "files": "个文件",
    "accepted": "已收下", "refused": "被拒绝", "lost": "已丢失", "or": "或", "by": "操作人",
    "texts": "处文字", "on": "启用", "off": "停用", "True": "是", "False": "否", "None": "无",
    "new": "新建", "role": "角色", "like": "照", "calendar": "日历", "data check": "数据体检",
    "command line": "服务器命令行",
}  # fmt: skip


def mentioned(record: Mapping[str, Value], registry: Registry) -> set[tuple[str, str]]:
    """The records an entry names by id, as (entity, id)."""
    found: set[tuple[str, str]] = set()
    about, detail = str(record.get("about") or ""), str(record.get("detail") or "")
    entity = ""
    for token in _TOKEN.findall(about):
        if token in registry:
            entity = token
        elif re.fullmatch(_ID, token):
            found.add((entity or "guard", token))
    for token in re.findall(_ID, detail):
        found.add(("user" if f"by {token}" in detail else entity or "user", token))
    return found


def spoken(
    record: Mapping[str, Value], name: str, registry: Registry, names: Names, language: str
) -> str:
    """`about` or `detail` of an entry in the words of the interface."""
    text, kind = str(record.get(name) or ""), str(record.get("kind") or "")
    if name == "about" and kind in _TYPED:
        return text
    if name == "detail" and kind == "permissions_changed" and not _machine_made(text):
        return text
    titles = {one: title for group in names.values() for one, title in group.items() if title}
    about = _TOKEN.findall(str(record.get("about") or ""))
    entities = [registry.entity(one) for one in about if one in registry]

    def word(match: re.Match[str]) -> str:
        token = match.group()
        if re.fullmatch(_ID, token):
            return titles.get(token) or token[:8]
        return _label(token, entities, registry, language)

    said = _TOKEN.sub(word, text)
    if language.startswith("zh"):
        return said.replace(", ", "，").replace(": ", "：").replace("; ", "；")
    return said


def _machine_made(text: str) -> bool:
    """Whether the program wrote it; the sentence of a freeze rule is a person's."""
    return "=" in text or text in {"on", "off"} or text.startswith("new role like ")


def _label(token: str, entities: Sequence[EntitySpec], registry: Registry, language: str) -> str:
    if token in registry:
        return registry.entity(token).label.text(language)
    for entity in (*entities, registry.entity("policy"), registry.entity("grant")):
        spec = entity.find(token)
        if spec is not None:
            return spec.label.text(language)
    for option in (*choices.RIGHT, *choices.SCOPE, *choices.ROLE):
        if option.code == token:
            return option.label.text(language)
    return _WORDS.get(token, token) if language.startswith("zh") else token


class AuditListModel(RecordListModel):
    """The list of audit entries; `about` and `detail` name what the entries only point at."""

    def text(self, row: int, spec: FieldSpec, value: Value) -> str:
        record = self.record_at(row)
        if spec.name not in ("about", "detail") or record is None:
            return super().text(row, spec, value)
        names = self._titles_at(row)
        return spoken(record, spec.name, self._source.registry, names, self._language)

    def _titles(self, records: Sequence[Record]) -> dict[str, dict[str, str]]:
        found = super()._titles(records)
        wanted: dict[str, set[str]] = {}
        for record in records:
            for entity, one in mentioned(record, self._source.registry):
                wanted.setdefault(entity, set()).add(one)
        for entity, ids in wanted.items():
            found[entity] = {**found.get(entity, {}), **self._source.titles(entity, ids)}
        return found
