"""A generator of note sentences with their right answers: a tool to see how the parser generalises.

Phrases of five trades are put together at random; `as_heard` writes them the way a small recogniser
does (no punctuation, words split, homophones). The names are made up and differ from the sample's.
"""

import random
import re
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from crm_core.notes.pinyin import coarse

REFERENCE = "2026-03-04T10:00:00"  # a Wednesday


@dataclass(slots=True)
class Trade:
    """The words of one trade."""

    orgs: tuple[str, ...]
    people: tuple[tuple[str, str, str], ...]
    products: tuple[str, ...]
    competitors: tuple[str, ...]
    units: tuple[str, ...]
    concerns: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Note:
    """A sentence and what should be read from it, in the schema of the sample."""

    text: str
    trade: str
    expect: dict[str, object] = field(default_factory=dict)


TRADES: dict[str, Trade] = {
    "edu": Trade(
        ("育才小学", "启明教育", "海棠中学", "知行外国语"),
        (
            ("田雨欣", "妈妈", ""),
            ("孔令辉", "校长", "育才小学"),
            ("夏晓琳", "女士", ""),
            ("江涛", "先生", ""),
            ("秦朗", "主任", "海棠中学"),
        ),
        (
            "中考冲刺班",
            "少儿编程课",
            "新概念英语",
            "钢琴一对一",
            "暑期作文营",
            "高三提分班",
            "GRE填空班",
        ),
        ("学而思", "猿辅导", "高途"),
        ("人", "节", "课时", "个"),
        (
            ("关注师资稳定性", "师资稳定性"),
            ("担心孩子跟不上进度", "孩子跟不上进度"),
            ("怕老师中途换人", "老师中途换人"),
            ("问有没有寄宿", "寄宿"),
            ("问能不能插班", "插班"),
            ("想知道每班多少人", "每班多少人"),
            ("比较在意提分效果", "提分效果"),
            ("说接送不方便", "接送不方便"),
            ("问退费怎么算", "退费怎么算"),
            ("顾虑离家太远", "离家太远"),
            ("希望小班教学", "小班教学"),
            ("最看重升学率", "升学率"),
        ),
    ),
    "med": Trade(
        ("同和检验所", "仁爱医院", "康宁诊所", "安贞口腔"),
        (
            ("谢文彬", "经理", "同和检验所"),
            ("白主恩", "主任", "仁爱医院"),
            ("姚芳", "护士长", "仁爱医院"),
            ("贺军", "院长", "康宁诊所"),
            ("方晴", "医生", "安贞口腔"),
        ),
        ("生化分析仪", "心电图机", "医用口罩", "内窥镜", "凝血试剂", "监护仪", "采血管"),
        ("迈瑞", "罗氏", "西门子"),
        ("台", "盒", "支", "套", "箱"),
        (
            ("担心批间差", "批间差"),
            ("关注耗材成本", "耗材成本"),
            ("问注册证齐不齐", "注册证齐不齐"),
            ("投诉机器老报警", "机器老报警"),
            ("说试剂结果不稳定", "试剂结果不稳定"),
            ("问能不能接入LIS系统", "接入LIS系统"),
            ("在意售后响应速度", "售后响应速度"),
            ("怕培训跟不上", "培训跟不上"),
            ("反映探头发热", "探头发热"),
            ("问保修几年", "保修几年"),
            ("要求提供检测报告", "提供检测报告"),
        ),
    ),
    "saas": Trade(
        ("星火网络", "远航物流", "美居装饰", "蓝海贸易"),
        (
            ("邵峰", "总", "星火网络"),
            ("段明哲", "总监", "远航物流"),
            ("上官婉", "经理", "美居装饰"),
            ("雷鸣", "主管", "蓝海贸易"),
            ("尹丽华", "女士", ""),
        ),
        (
            "客户管理云",
            "考勤排班版",
            "电子合同",
            "仓储管理标准版",
            "报销助手",
            "舆情监测",
            "视频会议版",
        ),
        ("纷享销客", "钉钉", "用友"),
        ("个", "个账号", "用户", "套"),
        (
            ("担心数据安全", "数据安全"),
            ("问支不支持私有化部署", "私有化部署"),
            ("问能不能对接用友", "对接用友"),
            ("关注数据迁移", "数据迁移"),
            ("怕员工不会用", "员工不会用"),
            ("反馈手机端太卡", "手机端太卡"),
            ("说导出报表老报错", "导出报表老报错"),
            ("在意服务响应", "服务响应"),
            ("问有没有接口文档", "接口文档"),
            ("希望界面简洁", "界面简洁"),
        ),
    ),
    "fmcg": Trade(
        ("福满门超市", "老街便利", "旺角餐饮", "百姓批发"),
        (
            ("朱红梅", "店长", "福满门超市"),
            ("汤建平", "老板", "老街便利"),
            ("祝融", "采购", "旺角餐饮"),
            ("裴东", "经理", "百姓批发"),
            ("童佳", "女士", ""),
        ),
        ("香辣牛肉面", "鲜榨橙汁", "原味薯片", "无糖绿茶", "儿童酸奶", "卤蛋", "矿泉水"),
        ("康师傅", "农夫山泉", "伊利"),
        ("箱", "件", "瓶", "包", "提"),
        (
            ("说包装容易破损", "包装容易破损"),
            ("问保质期多长", "保质期多长"),
            ("问有没有促销政策", "促销政策"),
            ("担心临期退不掉", "临期退不掉"),
            ("说卖得慢", "卖得慢"),
            ("反映外地窜货", "外地窜货"),
            ("关注利润空间", "利润空间"),
            ("问堆头费怎么算", "堆头费怎么算"),
            ("投诉送货少件", "送货少件"),
            ("想要个冰柜", "冰柜"),
        ),
    ),
    "hw": Trade(
        ("宏达机械", "鑫源五金", "正大建设", "红旗重工"),
        (
            ("柳成林", "厂长", "宏达机械"),
            ("毛毅", "老板", "鑫源五金"),
            ("安志刚", "采购", "正大建设"),
            ("盛国强", "工", "红旗重工"),
            ("翟敏", "经理", ""),
        ),
        ("角磨机", "液压千斤顶", "镀锌钢管", "变频器", "密封圈", "手电钻", "空压机"),
        ("博世", "东成", "牧田"),
        ("台", "根", "吨", "套", "个"),
        (
            ("担心材质不达标", "材质不达标"),
            ("投诉电机漏油", "电机漏油"),
            ("问能不能定制尺寸", "定制尺寸"),
            ("关注使用寿命", "使用寿命"),
            ("说表面生锈", "表面生锈"),
            ("问有没有质保", "质保"),
            ("怕噪音太大", "噪音太大"),
            ("要求带合格证", "带合格证"),
            ("反映螺纹滑丝", "螺纹滑丝"),
            ("在意能耗", "能耗"),
        ),
    ),
}

OBJECTIONS: tuple[tuple[str, str], ...] = (
    ("嫌价格太高", "price"),
    ("觉得太贵了", "price"),
    ("说比{c}贵两千", "price"),
    ("超出他们预算", "price"),
    ("想再便宜点", "price"),
    ("说{c}报得更低", "price"),
    ("要求打八五折", "price"),
    ("说贵了", "price"),
    ("要等领导批", "approval"),
    ("说要总部审批", "approval"),
    ("还得跟老板商量", "approval"),
    ("老公还没同意", "approval"),
    ("需要上会讨论", "approval"),
    ("流程还没走完", "approval"),
    ("他说了不算", "approval"),
    ("说年后再考虑", "timing"),
    ("今年不打算上", "timing"),
    ("项目延期了", "timing"),
    ("说最近太忙", "timing"),
    ("说不着急", "timing"),
    ("暂时不需要", "timing"),
    ("计划往后推", "timing"),
    ("一直用{c}", "incumbent"),
    ("跟{c}合作五年了", "incumbent"),
    ("说{c}用习惯了", "incumbent"),
    ("跟{c}签了年框", "incumbent"),
    ("不想换供应商", "incumbent"),
    ("有固定供应商", "incumbent"),
    ("没听说过我们", "trust"),
    ("觉得我们是小厂", "trust"),
    ("怕我们跑路", "trust"),
    ("对我们不太放心", "trust"),
    ("想看成功案例", "trust"),
    ("觉得牌子不响", "trust"),
    ("说功能太少", "feature"),
    ("觉得参数达不到", "feature"),
    ("嫌没有{c}的功能全", "feature"),
    ("缺少他们要的规格", "feature"),
    ("说满足不了需求", "feature"),
    ("嫌交期太长", "delivery"),
    ("说等不了那么久", "delivery"),
    ("怕供货不及时", "delivery"),
    ("现在没现货", "delivery"),
    ("嫌发货慢", "delivery"),
    ("要求账期六十天", "terms"),
    ("要月结三十天", "terms"),
    ("不肯付预付款", "terms"),
    ("要货到付款", "terms"),
    ("想分期付款", "terms"),
    ("要先货后款", "terms"),
    ("定金比例谈不下来", "terms"),
)

STAGES: tuple[tuple[str, str | None, str | None], ...] = (
    ("电话没人接", "contact", None),
    ("第一次拜访，留了名片", "contact", None),
    ("刚加上微信", "contact", None),
    ("没打通", "contact", None),
    ("想了解{p}", "need", None),
    ("咨询{p}", "need", None),
    ("对{p}有意向", "need", None),
    ("打听{p}", "need", None),
    ("试用了{p}", "demo", None),
    ("要求先看样品", "demo", None),
    ("已经试听了{p}", "demo", None),
    ("约了{p}演示", "demo", None),
    ("让报{p}的价", "quote", None),
    ("要{p}的报价", "quote", None),
    ("{p}正在招标", "quote", None),
    ("问{p}多少钱", "quote", None),
    ("要份{p}报价单", "quote", None),
    ("{p}价格还在谈", "negotiate", None),
    ("{p}合同条款在改", "negotiate", "terms"),
    ("{p}在走合同", "negotiate", None),
    ("{p}签了", "won", None),
    ("已经付款买了{p}", "won", None),
    ("{p}合同签好了", "won", None),
    ("定了{p}，定金交了", "won", None),
    ("{p}成交了", "won", None),
    ("已经下单{p}", "won", None),
    ("{p}选了{c}", "lost", None),
    ("{p}不做了", "lost", None),
    ("{p}单子丢了", "lost", None),
    ("{p}被{c}抢走了", "lost", None),
    ("决定不买{p}了", "lost", None),
)

MOODS: tuple[tuple[str, str], ...] = (
    ("很满意", "+"),
    ("挺感兴趣", "+"),
    ("反馈不错", "+"),
    ("对我们很认可", "+"),
    ("说效果很好", "+"),
    ("聊得很愉快", "+"),
    ("态度很热情", "+"),
    ("很不满意", "-"),
    ("非常生气", "-"),
    ("态度很差", "-"),
    ("意见很大", "-"),
    ("很失望", "-"),
    ("要投诉我们", "-"),
    ("发了脾气", "-"),
)

PROMISES: tuple[tuple[str, str], ...] = (
    ("给他发资料", "发资料"),
    ("发报价单", "发报价单"),
    ("寄样品", "寄样品"),
    ("回复他", "回复"),
    ("把合同发过去", "把合同发过去"),
    ("给方案", "给方案"),
    ("出报价", "出报价"),
    ("给她答复", "给答复"),
    ("补发两箱", "补发"),
    ("派人上门维修", "派人上门维修"),
    ("送样机过去", "送样机"),
    ("把发票寄给他", "把发票寄"),
    ("我们发货", "发货"),
    ("到货", "到货"),
    ("提供检测报告", "提供检测报告"),
    ("帮他申请折扣", "申请折扣"),
    ("换新的", "换新"),
    ("送一套试用装", "送试用装"),
    ("反馈结果", "反馈结果"),
    ("把课表发给家长", "把课表发"),
    ("给他回电话", "回电话"),
    ("交标书", "交标书"),
)
NEXTS: tuple[tuple[str, str], ...] = (
    ("再打电话", "再打电话"),
    ("上门拜访", "上门拜访"),
    ("过去演示", "过去演示"),
    ("来试听", "来试听"),
    ("再联系", "再联系"),
    ("签合同", "签合同"),
    ("开标", "开标"),
    ("面谈", "面谈"),
    ("去现场看", "去现场看"),
    ("他来公司考察", "来公司考察"),
    ("回访", "回访"),
    ("去收款", "去收款"),
    ("做培训", "做培训"),
    ("开评审会", "开评审会"),
    ("跟进一下", "跟进"),
    ("安装调试", "安装调试"),
    ("见面聊", "见面聊"),
    ("去对账", "去对账"),
    ("体验一节课", "体验一节课"),
    ("再谈价格", "再谈价格"),
    ("他们付尾款", "付尾款"),
    ("视频会议", "视频会议"),
)
DATES: tuple[tuple[str, str], ...] = (
    ("明天", "2026-03-05"),
    ("明天上午", "2026-03-05"),
    ("后天下午", "2026-03-06"),
    ("大后天", "2026-03-07"),
    ("周五", "2026-03-06"),
    ("周五之前", "2026-03-06"),
    ("下周一", "2026-03-09"),
    ("下周三下午三点", "2026-03-11T15:00"),
    ("下周三下午三点前", "2026-03-11T15:00"),
    ("下下周二", "2026-03-17"),
    ("这周四上午十点", "2026-03-05T10:00"),
    ("本周五前", "2026-03-06"),
    ("礼拜六", "2026-03-07"),
    ("星期天上午九点半", "2026-03-08T09:30"),
    ("月底前", "2026-03-31"),
    ("月底", "2026-03-31"),
    ("三月十五号", "2026-03-15"),
    ("四月2号下午两点", "2026-04-02T14:00"),
    ("下个月五号", "2026-04-05"),
    ("两周以后", "2026-03-18"),
    ("三天内", "2026-03-07"),
    ("一个星期后", "2026-03-11"),
    ("清明前", "2026-04-01~2026-04-04"),
    ("五一后", "2026-05-04~2026-05-31"),
    ("下个月", "2026-04-01~2026-04-30"),
    ("四月份", "2026-04-01~2026-04-30"),
    ("下周", "2026-03-09~2026-03-15"),
    ("今天下午五点前", "2026-03-04T17:00"),
    ("今晚八点", "2026-03-04T20:00"),
    ("明早", "2026-03-05"),
    ("下午四点", "2026-03-04T16:00"),
    ("20号之前", "2026-03-20"),
    ("二十五号", "2026-03-25"),
    ("半个月后", "2026-03-17~2026-03-20"),
    ("下月初", "2026-04-01~2026-04-10"),
    ("四月中旬", "2026-04-11~2026-04-20"),
    ("两个月后", "2026-05-04"),
    ("下周末", "2026-03-14~2026-03-15"),
)
BUDGETS: tuple[tuple[str, float | None, float | None], ...] = (
    ("预算两万五", 25000, 25000),
    ("预算三十万左右", 300000, 300000),
    ("预算二十到三十万", 200000, 300000),
    ("预算8万以内", None, 80000),
    ("预算不超过五万", None, 50000),
    ("预算在十万以上", 100000, None),
    ("大概三千来块", 3000, 3000),
    ("预算1.5万", 15000, 15000),
    ("预算一万二到一万五", 12000, 15000),
    ("预算七八万", 70000, 80000),
    ("预算一百二十万", 1200000, 1200000),
    ("手上有五千块", 5000, 5000),
    ("最多出两万", None, 20000),
    ("预算十万上下", 100000, 100000),
    ("预算一万八，不对，是两万八", 28000, 28000),
    ("预算三万，哦不，四万", 40000, 40000),
    ("报价十六万八", 168000, 168000),
    ("预算3000到5000", 3000, 5000),
    ("总价45万", 450000, 450000),
    ("单价两百六", 260, 260),
    ("预算六千五", 6500, 6500),
    ("预算有一万出头", 10000, 10000),
)
COUNTS: tuple[tuple[str, float, float], ...] = (
    ("三", 3, 3),
    ("二十", 20, 20),
    ("15", 15, 15),
    ("两三", 2, 3),
    ("五六十", 50, 60),
    ("一百二十", 120, 120),
    ("至少八", 8, 8),
    ("三百", 300, 300),
    ("四五", 4, 5),
    ("两百", 200, 200),
    ("十二", 12, 12),
    ("1000", 1000, 1000),
)
_ORDER = ("lost", "won", "negotiate", "quote", "demo", "need", "contact", None)
_IMPLIED = (
    (("合同", "谈价格"), "negotiate"),
    (("报价", "标书", "开标"), "quote"),
    (("样", "演示", "试用", "试听", "体验"), "demo"),
)
OPENINGS = ("", "", "今天拜访", "记录一下，", "刚跟", "刚见了", "")
NEEDS = (
    "要{q}{p}",
    "想要{q}{p}",
    "想买{q}{p}",
    "想订{q}{p}",
    "{p}要{q}",
    "{p}需要{q}",
    "先拿{q}{p}",
)


_LISTS = ("product", "quantity", "concern", "competitor", "objection", "promise", "next")
_SINGLES = ("contact", "org", "budget_min", "budget_max", "currency", "stage", "sentiment")


def _empty() -> dict[str, object]:
    return {**{key: None for key in _SINGLES}, **{key: [] for key in _LISTS}}


def context_of(trade: Trade) -> dict[str, object]:
    """The context of every note of one trade."""
    return {
        "reference": REFERENCE,
        "contacts": [{"name": n, "title": t, "org": o} for n, t, o in trade.people],
        "orgs": list(trade.orgs),
        "products": list(trade.products),
        "competitors": list(trade.competitors),
    }


def make_note(name: str, dice: random.Random) -> Note:
    """One random note of a trade."""
    trade, expect = TRADES[name], _empty()
    parts = [_opening(trade, expect, dice)]
    fillers = {"p": dice.choice(trade.products), "c": dice.choice(trade.competitors)}
    kind = dice.random()
    if kind < 0.45:
        parts.append(_need(trade, expect, fillers, dice))
    elif kind < 0.85:
        words, stage, objection = dice.choice(STAGES)
        parts.append(_with(words, expect, fillers))
        expect["stage"] = stage
        _push(expect, "objection", objection)
    if dice.random() < 0.4 and expect["stage"] not in {"lost", "contact"}:
        words, low, high = dice.choice(BUDGETS)
        parts.append(words)
        expect.update(budget_min=low, budget_max=high, currency="CNY")
    _opinion(trade, expect, fillers, parts, dice)
    _plan(expect, parts, dice)
    text = parts[0] + "，".join(parts[1:]) + "。"
    return Note(text, name, expect)


def _push(expect: dict[str, object], key: str, value: object) -> None:
    values = expect[key]
    assert isinstance(values, list)
    if value is not None and value not in values:
        values.append(value)


def _with(words: str, expect: dict[str, object], fillers: dict[str, str]) -> str:
    if "{p}" in words:
        _push(expect, "product", fillers["p"])
    if "{c}" in words:
        _push(expect, "competitor", fillers["c"])
    return words.format(**fillers)


def _opening(trade: Trade, expect: dict[str, object], dice: random.Random) -> str:
    name, title, org = dice.choice(trade.people)
    surname = name[:2] if name.startswith("上官") else name[0]
    said = dice.choice((name, surname + title, surname + title, name + title))
    expect["contact"] = list(dict.fromkeys((name, said, surname + title)))
    if org and dice.random() < 0.5:
        expect["org"] = org
        said = org + said
    return dice.choice(OPENINGS) + said


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _need(
    trade: Trade, expect: dict[str, object], fillers: dict[str, str], dice: random.Random
) -> str:
    count, low, high = dice.choice(COUNTS)
    unit = dice.choice(trade.units)
    short = unit[0] if len(unit) == 3 else unit
    _push(expect, "quantity", {"min": low, "max": high, "unit": short})
    return _with(dice.choice(NEEDS), expect, {**fillers, "q": count + unit})


def _opinion(
    trade: Trade,
    expect: dict[str, object],
    fillers: dict[str, str],
    parts: list[str],
    dice: random.Random,
) -> None:
    kind = dice.random()
    if kind < 0.35:
        words, concern = dice.choice(trade.concerns)
        parts.append(words)
        _push(expect, "concern", concern)
        if words.startswith("投诉"):
            expect["sentiment"] = "-"
    elif kind < 0.7:
        words, category = dice.choice(OBJECTIONS)
        parts.append(_with(words, expect, fillers))
        _push(expect, "objection", category)
    if dice.random() < 0.2:
        words, sign = dice.choice(MOODS)
        parts.append(words)
        expect["sentiment"] = sign


def _plan(expect: dict[str, object], parts: list[str], dice: random.Random) -> None:
    if len(parts) > 1 and dice.random() < 0.2:
        return
    day, due = dice.choice(DATES)
    key = dice.choice(("promise", "next"))
    words, what = dice.choice(PROMISES if key == "promise" else NEXTS)
    parts.append(day + words)
    _push(expect, key, {"what": what, "due": due})
    hint = next((stage for words, stage in _IMPLIED if any(w in what for w in words)), None)
    if hint is not None and _ORDER.index(hint) < _ORDER.index(_text(expect["stage"])):
        expect["stage"] = hint


def common_hanzi() -> dict[str, list[str]]:
    """Everyday characters by the coarse sound under which a recogniser confuses them."""
    found: dict[str, list[str]] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                char = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            found.setdefault(coarse(lazy_pinyin(char)[0]), []).append(char)
    return found


_KEPT = frozenset("零一二两三四五六七八九十百千万亿")


def as_heard(text: str, by_sound: dict[str, list[str]], dice: random.Random, rate: float) -> str:
    """The text as a small recogniser writes it, with about `rate` of its hanzi wrong."""
    plain = spoken_numbers("".join(char for char in text if char not in "，。"))
    words, word = [], ""
    for char in plain:
        if char not in _KEPT and dice.random() < 0.01:
            continue
        word += _misheard(char, by_sound, dice, rate)
        if len(word) >= 2 or dice.random() < 0.4:
            words.append(word)
            word = ""
            if dice.random() < 0.02:
                words.append(dice.choice(("嗯", "呃", "那个", "就是")))
    return " ".join([*words, word] if word else words)


def spoken_numbers(text: str) -> str:
    digits = "零一二三四五六七八九"

    def say(number: str) -> str:
        value = float(number)
        if value != int(value):
            whole, rest = number.split(".")
            return say(whole) + "点" + "".join(digits[int(one)] for one in rest)
        if value >= 10_000:
            return say(str(int(value) // 10_000)) + "万"
        out, left = "", int(value)
        for scale, name in ((1000, "千"), (100, "百"), (10, "十")):
            if left >= scale:
                lead = left // scale
                out += ("" if (lead == 1 and scale == 10 and not out) else digits[lead]) + name
                left %= scale
        return out + (digits[left] if left or not out else "")

    return re.sub(r"\d+(?:\.\d+)?", lambda match: say(match[0]), text)


def _misheard(char: str, by_sound: dict[str, list[str]], dice: random.Random, rate: float) -> str:
    if char in _KEPT or not "\u4e00" <= char <= "\u9fff" or dice.random() > rate:
        return char
    return dice.choice(by_sound.get(coarse(lazy_pinyin(char)[0]), [char]))
