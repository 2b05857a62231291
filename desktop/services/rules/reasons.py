"""Why something was done, as it stands in the history and as it is said.

A reason is written once, in Chinese, and travels with the change; here it becomes words of the
interface. A reason somebody typed, or one from another version, is said as it is.
"""

from crm_core.model.merging import FOLLOWED, LINKED, MERGED, UNMERGED
from crm_core.model.schema import Label

_KNOWN = (
    ("语音记录", "From voice note"),
    ("记录拜访", "Visit logged"),
    ("记录跟进", "Follow-up logged"),
    ("改期", "Moved in the calendar"),
    ("导出", "Export"),
    ("稍后提醒", "Snoozed"),
    ("评论", "Comment"),
    ("使用", "Use"),
    ("批量修改", "Bulk edit"),
    ("批量删除", "Bulk delete"),
    ("撤销", "Undo"),
    ("从回收站恢复", "Restored from the bin"),
    ("处理同步冲突", "Conflict decided"),
    ("再次提交", "Put in again"),
    ("自定义字段", "Custom field"),
    ("停用自定义字段", "Custom field retired"),
    ("调整布局", "Layout arranged"),
    ("恢复默认布局", "Default layout"),
    ("越过阶段条件", "Gate overruled"),
    ("阶段清单", "Check list"),
    ("申请审批", "Approval asked for"),
    ("审批", "Approval"),
    ("自动推进", "Moved on by itself"),
    ("添加附件", "Attachment added"),
    ("修改权限", "Permissions changed"),
    ("新建角色", "Role added"),
    ("新建冻结规则", "Freeze rule added"),
    ("修改冻结规则", "Freeze rule changed"),
    ("修改策略", "Policy changed"),
    ("离职移交", "Handed over by a leaver"),
    ("学习说法", "Wording learnt"),
    (MERGED, "Records merged"),
    (UNMERGED, "Merge taken back"),
    (FOLLOWED, "Moved with a merge"),
    (LINKED, "Duplicate customers linked"),
    ("并非重复", "Not the same"),
)
_BY_REASON = {chinese: Label(chinese, english) for chinese, english in _KNOWN}
_BY_REASON["语音速记"] = Label("语音记录", "From voice note")


def reason_words(reason: str, language: str) -> str:
    """A reason as it is said; empty for none."""
    known = _BY_REASON.get(reason)
    return known.text(language) if known else reason
