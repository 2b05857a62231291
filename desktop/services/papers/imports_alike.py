"""New rows of an import and the records on this device they may be, in words (row 5.1)."""

from collections.abc import Callable

from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import Alike
from crm_core.matching.compare import AGAINST, Likeness, Sign
from crm_core.model.values import Record
from crm_core.store.indexes.likely import Asked
from crm_core.store.indexes.match_index import FILED
from desktop.services.workspace import Workspace

_WORDS = {
    Sign.PHONE: ("电话相同", "same phone"), Sign.MASKED_PHONE: ("电话相符", "phone fits"),
    Sign.LINE: ("座机相同", "same line"), Sign.CODE: ("信用代码相同", "same credit code"),
    Sign.EMAIL: ("邮箱相同", "same e-mail"), Sign.COMPANY: ("名称相近", "names alike"),
    Sign.COMPANY_SOUND: ("名称同音", "names sound alike"),
    Sign.PERSON: ("姓名相同", "same person's name"),
    Sign.PERSON_SOUND: ("姓名同音", "person's names sound alike"),
    Sign.SURNAME: ("姓氏相同", "same surname"), Sign.ADDRESS: ("地址相同", "same address"),
    Sign.CITY: ("城市相同", "same city"),
}  # fmt: skip
_SAID = 3


def looking_alike(
    workspace: Workspace, entity: str
) -> Callable[[str, Record], Alike | None] | None:
    """Finds the likeliest record for the values of a row; None for what is not compared."""
    if entity not in FILED:
        return None

    def look(name: str, values: Record) -> Alike | None:
        found = workspace.likely(Asked(name, values, among=(name,), limit=1)).likely
        if not found:
            return None
        return Alike(found[0].id, found[0].title, _why(found[0].likeness))

    return look


def _why(likeness: Likeness) -> Sentence:
    signs = [one.sign for one in likeness.reasons if one.sign not in AGAINST]
    words = [_WORDS[sign] for sign in dict.fromkeys(signs) if sign in _WORDS][:_SAID]
    share = f"{likeness.probability:.0%}"
    said = words or [(f"相似度 {share}", f"{share} alike")]
    return Sentence("、".join(zh for zh, _ in said), ", ".join(en for _, en in said))
