"""The scoring models the product ships with: one for everybody, one a trade to begin from.

The education model's three printed weights (30, 20, 25; A from 60) are row 2.1's. Everything else
is ours: each factor says why, and all of it is moved with sliders (section 10, nos. 6 and 7).
"""

from crm_core.model.query import Any as AnyOf
from crm_core.model.query import Condition, Not, Op, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.scoring import SCORED, Factor, Scoring

GENERAL = "score-general"
"""The one in force from the start; those of trades are switched on by choosing one."""


def _says(field: str, *words: str) -> Condition:
    """A text field contains one of the words."""
    return AnyOf(tuple(Test(field, Op.CONTAINS, word) for word in words))


def _filled(field: str) -> Condition:
    return Not(Test(field, Op.EQ, None))


def _factor(name: str, zh: str, en: str, points: int, when: Condition, why: Label) -> Factor:
    return Factor(name, Label(zh, en), When(when), points, why)


def _reachable() -> Factor:
    why = Label("没有电话，首次触达要多花几天", "Without a number, a first contact takes days more")
    return _factor("phone", "留了手机号", "Left a number", 10, _filled("phone"), why)


def _referred(points: int) -> Factor:
    why = Label("熟人介绍的成交率最高", "Those who were sent by somebody close most often")
    when = _says("source", "介绍", "转介绍", "老带新", "推荐")
    return _factor("referred", "老客户介绍", "Referred", points, when, why)


def _comparing(points: int) -> Factor:
    why = Label("在比价，说明采购已经启动", "Comparing prices means that buying has begun")
    when = Test("need", Op.EQ, "price")
    return _factor("comparing", "正在比价", "Comparing prices", points, when, why)


def _trial(points: int) -> Factor:
    why = Label("愿意花时间试，离决定只差一步", "Who gives time to a trial is a step from deciding")
    return _factor("trial", "想先试用或试听", "Wants a trial", points,
                   Test("need", Op.EQ, "trial"), why)  # fmt: skip


def _learning() -> Factor:
    why = Label("只是了解，先培育再分给销售", "Only learning: nurture before selling")
    return _factor("learning", "了解阶段", "Just learning", -10, Test("need", Op.EQ, "learn"), why)


def _renewal(points: int) -> Factor:
    why = Label("买过的人再买，比新客户容易得多", "Who has bought before buys again more easily")
    return _factor("renewal", "续约或增购", "Renewal or expansion", points,
                   Test("need", Op.EQ, "renew"), why)  # fmt: skip


def _budget(points: int, fen: int, zh: str, en: str) -> Factor:
    why = Label("有预算数字的线索，报价能对上", "With a figure, a quote can meet it")
    return _factor("budget", zh, en, points, Test("budget", Op.GE, fen), why)


_GENERAL = Scoring(
    factors=(
        _reachable(), _referred(25), _comparing(20), _trial(20), _renewal(25), _learning(),
        _factor("custom", "需要定制方案", "Needs a tailored solution", 15,
                Test("need", Op.EQ, "custom"),
                Label("需求具体，方案能写得出来", "A need that is clear enough to answer")),
        _factor("interest", "说了要什么产品", "Named a product", 10, _filled("interest"),
                Label("知道要什么，第一通电话就有话说", "Gives the first call a subject")),
        _factor("budget", "给了预算", "Gave a budget", 20, _filled("budget"),
                Label("有预算数字的线索，报价能对上", "With a figure, a quote can meet it")),
        _factor("met", "展会或到访", "Met in person", 15,
                _says("source", "展会", "到访", "会议", "公开课"),
                Label("已经见过面", "You have met already")),
    ),
)  # fmt: skip

_EDUCATION = Scoring(
    factors=(
        _factor("year", "孩子年级＝初三", "Child in year 9", 30,
                AnyOf((Test("tags", Op.HAS, "初三"), Test("x_grade", Op.EQ, "初三"))),
                Label("中考在即，决定最快（文章给出的权重）",
                      "The exam is near: the quickest to decide (weight as printed)")),
        _factor("live", "来源＝抖音直播", "From a Douyin live show", 20,
                _says("source", "抖音直播"),
                Label("看完直播才留资，意向真（文章给出的权重）",
                      "Signed up after watching (weight as printed)")),
        _factor("policy", "诉求＝升学政策", "Asks about admission policy", 25,
                AnyOf((Test("tags", Op.HAS, "升学政策"), _says("interest", "升学政策"),
                       _says("remark", "升学政策"))),
                Label("问政策的家长在做决定（文章给出的权重）",
                      "Parents who ask are deciding (weight as printed)")),
        _factor("last-years", "高三或小六", "Year 12 or 6", 20,
                AnyOf(tuple(Test(field, op, year) for year in ("高三", "小六")
                            for field, op in (("tags", Op.HAS), ("x_grade", Op.EQ)))),
                Label("同样是升学年", "A year of exams as well")),
        _trial(25), _referred(20), _comparing(15), _renewal(25), _learning(), _reachable(),
        _factor("near", "本校区附近", "Lives nearby", 10, _filled("district"),
                Label("写了区县的家长，多半问过校区", "Has asked about a site")),
    ),
    trade="education",
)  # fmt: skip

_MEDICAL = Scoring(
    factors=(
        _factor("hospital", "医院或检验机构", "Hospital or laboratory", 20,
                Test("industry", Op.IN, ("hospital", "laboratory")),
                Label("直接使用单位，不隔一层经销", "Uses it itself")),
        _factor("tender", "来自招标公告", "From a tender notice", 30, _says("source", "招标"),
                Label("已经立项，时间写在公告里", "Approved, with dates in the notice")),
        _budget(25, 20_000_000, "预算 20 万以上", "Budget of 200,000 or more"),
        _factor("meeting", "学术会议或展会", "Congress or fair", 20,
                _says("source", "会议", "展会"),
                Label("科室主任当面问过", "A head of department asked in person")),
        _factor("volume", "年采购额 100 万以上", "Buys for a million or more", 15,
                Test("annual_purchase", Op.GE, 100_000_000),
                Label("试剂和耗材会跟着来", "Reagents follow the machine")),
        _trial(20), _referred(20), _comparing(15), _renewal(25), _learning(), _reachable(),
    ),
    trade="medical",
)  # fmt: skip

_SAAS = Scoring(
    factors=(
        _factor("demo", "预约了演示", "Booked a demo", 30,
                AnyOf((Test("tags", Op.HAS, "演示预约"), _says("interest", "演示"))),
                Label("愿意花半小时看，离试用只差一步", "Gives half an hour")),
        _factor("signed-up", "主动注册", "Signed up", 20,
                AnyOf((Test("tags", Op.HAS, "主动注册"), _says("source", "注册"))),
                Label("已经在用，能看到用量", "Uses it already")),
        _factor("priced", "看过价格页并留了手机号", "Saw the prices and left a number", 25,
                AnyOf((_says("campaign", "价格", "pricing"), _says("interest", "价格"))),
                Label("访问过价格页的线索优先（1.12）", "Who looked at prices goes first (1.12)")),
        _factor("paper", "只下载过白皮书", "Only downloaded a paper", -10,
                _says("source", "白皮书"),
                Label("先进培育池（1.12）", "Nurture first (1.12)")),
        _budget(20, 5_000_000, "预算 5 万以上", "Budget of 50,000 or more"),
        _trial(20), _referred(20), _comparing(15), _renewal(25), _learning(), _reachable(),
    ),
    trade="saas",
)  # fmt: skip

_FMCG = Scoring(
    factors=(
        _factor("dealer", "经销商", "Dealer", 25, Test("industry", Op.EQ, "dealer"),
                Label("带着网点来", "Brings outlets along")),
        _factor("volume", "年采购额 50 万以上", "Buys for 500,000 or more", 30,
                Test("annual_purchase", Op.GE, 50_000_000),
                Label("一单抵几十家小店", "One order outweighs dozens of shops")),
        _factor("fair", "订货会或展会", "From a fair", 20, _says("source", "订货会", "展会"),
                Label("现场看过样品", "Saw the samples")),
        _factor("place", "写了城市", "Named a city", 10, _filled("city"),
                Label("能排进拜访路线", "Fits into a round")),
        _comparing(20), _trial(15), _referred(25), _renewal(25), _learning(), _reachable(),
    ),
    trade="fmcg",
)  # fmt: skip


def _document(rule_id: str, label: Label, body: Scoring, position: int) -> Document[object]:
    in_force = rule_id == GENERAL
    return Document(rule_id, "score", label, SCORED, body, active=in_force, position=position)


SHIPPED: tuple[Document[object], ...] = (
    _document("score-education", Label("教育培训评分", "Education"), _EDUCATION, 10),
    _document("score-medical", Label("医疗器械评分", "Medical devices"), _MEDICAL, 20),
    _document("score-saas", Label("SaaS 评分", "SaaS"), _SAAS, 30),
    _document("score-fmcg", Label("快消评分", "Consumer goods"), _FMCG, 40),
    _document(GENERAL, Label("通用评分", "General"), _GENERAL, 90),
)
