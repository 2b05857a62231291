"""Every widget with believable content, drawn to PNG: `python -m tests.desktop.views.gallery DIR`.

Only for looking. Four files per sheet: light and dark, Chinese and English.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.views.language import current_language, install_language
from desktop.views.shell import Shell
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.icons import icon_names
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Scheme, Tone
from desktop.views.widgets.buttons import (
    DangerButton,
    GhostButton,
    IconButton,
    PrimaryButton,
    QuietButton,
)
from desktop.views.widgets.cards import Card, Metric, MetricTile
from desktop.views.widgets.cell_delegates import (
    AvatarCell,
    MoneyCell,
    RelativeTimeCell,
    StatusCell,
)
from desktop.views.widgets.cell_face import MOMENT_ROLE, SUBTITLE_ROLE, TONE_ROLE
from desktop.views.widgets.charts import Bar, BarList, ColumnChart
from desktop.views.widgets.chips import Badge, Chip, StatusDot
from desktop.views.widgets.command_palette import Result, ResultSection
from desktop.views.widgets.conflict_card import Conflict, ConflictCard, Side, Version
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.moment import DateLine, MomentLine
from desktop.views.widgets.editors.money import MoneyLine
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText, TextLine
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.list_table import ListTable
from desktop.views.widgets.progress import LevelMeter, ProgressStrip
from desktop.views.widgets.search_field import SearchField
from desktop.views.widgets.sheet import Sheet
from desktop.views.widgets.sync_pill import SyncState
from desktop.views.widgets.timeline import Timeline, TimelineEntry, TimelineModel


class Memory:
    """A WindowMemory in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, key: str) -> str | None:
        return self.kept.get(key)

    def write(self, key: str, value: str) -> None:
        self.kept[key] = value


def words(zh: str, en: str) -> str:
    """The words for the language of the moment, as pages get them from the registry."""
    return zh if current_language().value.startswith("zh") else en


def shell() -> Shell:
    """The window with the customers' list, a toast and counts."""
    window = Shell(Memory())
    window.resize(1280, 800)
    window.set_user("林晓", words("华东 · 销售", "East · sales"))
    places = (
        ("today", "today", "今天", "Today"),
        ("customers", "customers", "客户", "Customers"),
        ("leads", "lead", "线索", "Leads"),
        ("opportunities", "opportunity", "商机", "Opportunities"),
        ("visits", "visit", "拜访", "Visits"),
        ("tasks", "task", "任务", "Tasks"),
        ("promises", "promise", "承诺", "Promises"),
        ("dashboard", "dashboard", "看板", "Dashboard"),
        ("inbox", "inbox", "同步收件箱", "Sync inbox"),
    )
    for key, icon_name, zh, en in places:
        page = customers_page() if key == "customers" else QWidget()
        window.add_page(key, icon_name, lambda zh=zh, en=en: words(zh, en), page)  # type: ignore[misc]
    window.set_count("today", 7)
    window.set_count("promises", 2, Tone.WARN)
    window.set_count("tasks", 3, Tone.BAD)
    window.set_count("inbox", 128)
    window.show_page("customers")
    window.set_sync_state(SyncState.OFFLINE, waiting=4)
    return window


def customers_page() -> QWidget:
    """A page as others will build it: header, search, table."""
    page = QWidget()
    set_role(page, Role.PAGE)
    body = column(page, gap=0)
    head = PageHeader(
        words("客户", "Customers"), words("共 312 家，今天更新 8 家", "312, 8 new today")
    )
    search = SearchField(shortcut="Ctrl+F")
    search.setFixedWidth(280)
    head.add_action(search)
    head.add_action(GhostButton(words("筛选", "Filter"), "filter"))
    head.add_action(PrimaryButton(words("新建客户", "New customer"), "plus"))
    body.addWidget(head)
    inset = column(None, margins=(16, 0, 16, 0))
    inset.addWidget(table())
    body.addLayout(inset, 1)
    return page


def table() -> ListTable:
    """A table with every delegate."""
    model = QStandardItemModel()
    names = ("客户", "阶段", "负责人", "电话", "预算", "最近联系")
    english = ("Customer", "Stage", "Owner", "Phone", "Budget", "Last contact")
    model.setHorizontalHeaderLabels([words(z, e) for z, e in zip(names, english, strict=True)])
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    model.horizontalHeaderItem(4).setTextAlignment(right)
    for item in _rows():
        model.appendRow(item)
    view = ListTable()
    view.setAccessibleName(words("客户", "Customers"))
    view.setModel(model)
    model.setParent(view)
    for place, delegate in enumerate((AvatarCell, StatusCell)):
        view.setItemDelegateForColumn(place, delegate(view))
    view.setItemDelegateForColumn(4, MoneyCell(view))
    view.setItemDelegateForColumn(5, RelativeTimeCell(view))
    view.set_column_widths({0: 330, 1: 150, 2: 110, 3: 150, 4: 130})
    view.setCurrentIndex(model.index(2, 0))
    return view


def _rows() -> list[list[QStandardItem]]:
    now = datetime.now(tz=UTC)
    source = (
        (
            "上海瑞金医疗器械有限公司",
            "检验设备 · 徐汇",
            "方案提供",
            "Proposal",
            Tone.ACCENT,
            24_000_000,
            0.2,
        ),
        ("杭州仁和医院", "三甲 · 西湖区", "试用体验", "Trial", Tone.WARN, 8_650_000, 3),
        (
            "苏州新东启教育培训学校",
            "K12 · 工业园区",
            "首次触达",
            "First touch",
            Tone.NEUTRAL,
            1_200_050,
            26,
        ),
        ("南京康达检验中心", "第三方检验", "签约转化", "Won", Tone.GOOD, 120_000_000, 50),
        ("宁波启明星语言学校", "留学 · 鄞州", "已放弃", "Dropped", Tone.BAD, 0, 24 * 12),
        ("无锡市第二人民医院", "三乙 · 梁溪", "需求确认", "Need", Tone.ACCENT, 36_000_000, 24 * 40),
    )
    made = []
    for name, subtitle, stage, stage_en, tone, fen, hours in source * 3:
        first = QStandardItem(name)
        first.setData(subtitle, SUBTITLE_ROLE)
        chip = QStandardItem(words(stage, stage_en))
        chip.setData(tone, TONE_ROLE)
        money = QStandardItem()
        money.setData(fen, Qt.ItemDataRole.DisplayRole)
        when = QStandardItem()
        when.setData(now - timedelta(hours=hours), MOMENT_ROLE)
        when.setData(Tone.BAD if hours > 24 * 30 else Tone.NEUTRAL, TONE_ROLE)
        phone = QStandardItem("138 1234 5678")
        made.append([first, chip, QStandardItem("林晓"), phone, money, when])
    return made


def palette_shell() -> Shell:
    """The window with the command palette open and toasts."""
    window = shell()
    window.show_toast(
        words("已把 12 条线索改派给 王磊", "12 leads moved to 王磊"), action=words("撤销", "Undo")
    )
    window.palette_host.open_palette()
    window.palette_host.line.setText("rj")
    window.palette_host.set_results(
        (
            ResultSection(
                words("客户", "Customers"),
                (
                    Result("c1", "上海瑞金医疗器械有限公司", "徐汇 · 林晓", "building"),
                    Result("c2", "瑞金医院检验科", "黄浦 · 王磊", "building"),
                ),
            ),
            ResultSection(
                words("操作", "Actions"),
                (Result("a1", words("记一次拜访", "Log a visit"), "", "visit", "Ctrl+N"),),
            ),
        )
    )
    return window


def form() -> QWidget:
    """Every editor in its row, some with problems, and a sheet's parts."""
    page = QWidget()
    page.resize(1080, 700)
    set_role(page, Role.PAGE)
    halves = row(page, margins=(24, 24, 24, 24), gap=24)
    left, right = Card(words("基本信息", "Basics")), Card(words("状态与错误", "States and errors"))
    halves.addWidget(left, 1)
    halves.addWidget(right, 1)
    _good_fields(left.body)
    _bad_fields(right.body)
    return page


def _good_fields(body: QVBoxLayout) -> None:
    line, text, choice, switch = TextLine(), GrowingText(), ChoiceBox(_industries()), Switch()
    money, day, moment = MoneyLine(), DateLine(), MomentLine()
    tags = TagsEditor({"key": "重点客户"})
    line.setValue("上海瑞金医疗器械有限公司")
    text.setValue(
        "客户希望九月前完成验收。\n担心耗材价格，王主任承诺本周五前给出用量。\n下次带上检验科的报告。\n再约院长。"
    )
    choice.setValue("hospital")
    switch.setValue(True)
    money.setValue(25_000_000)
    day.setValue("2026-03-05")
    moment.setValue("2026-03-05T07:30:00Z")
    tags.setValue(["key", "展会", "转介绍", "三甲医院", "检验科"])
    rows: tuple[tuple[str, str, QWidget], ...] = (
        ("名称", "Name", line),
        ("行业", "Industry", choice),
        ("预算", "Budget", money),
        ("签约日期", "Signing date", day),
        ("下次拜访", "Next visit", moment),
        ("标签", "Tags", tags),
        ("接收短信", "Takes messages", switch),
        ("备注", "Note", text),
    )
    for place, (zh, en, editor) in enumerate(rows):
        body.addWidget(FieldRow(words(zh, en), editor, required=place == 0, history=place < 3))
    body.addStretch(1)


def _bad_fields(body: QVBoxLayout) -> None:
    phone, day, choice, locked = TextLine(), DateLine(), ChoiceBox(_industries()), TextLine()
    phone.setValue("138 12")
    day.setValue("2026-13-45")
    choice.setValue("太空站")
    locked.setValue("KH-20260112-0042")
    locked.set_read_only(True)
    rows: tuple[tuple[str, str, QWidget, str], ...] = (
        ("电话", "Phone", phone, words("不像电话号码", "This is not a phone number")),
        ("日期", "Date", day, words("应为日期，例如 2026-01-31", "A date such as 2026-01-31")),
        ("行业", "Industry", choice, words("没有这个选项", "There is no such option")),
        ("编号", "Number", locked, ""),
        ("邮箱", "E-mail", TextLine(), ""),
    )
    for zh, en, editor, problem in rows:
        made = FieldRow(words(zh, en), editor)
        made.set_error(problem)
        body.addWidget(made)
    for zh, en, tone in (
        (
            "服务器暂时连不上，修改都保存在本机。",
            "The server is away; changes are kept here.",
            Tone.NEUTRAL,
        ),
        (
            "这位客户可能已经存在：杭州仁和医院。",
            "This customer may exist: 杭州仁和医院.",
            Tone.WARN,
        ),
        (
            "录音文件是空的，没有写入任何内容。",
            "The recording is empty; nothing was written.",
            Tone.BAD,
        ),
        ("已恢复为修改前的内容。", "The earlier value is back.", Tone.GOOD),
    ):
        body.addWidget(InlineMessage(words(zh, en), tone))
    body.addStretch(1)


def _industries() -> list[Option]:
    return [
        Option("hospital", words("医院", "Hospital")),
        Option("school", words("学校", "School")),
        Option("dealer", words("经销商", "Dealer")),
    ]


def dashboard() -> QWidget:
    """Tiles, charts, chips and buttons."""
    page = QWidget()
    page.resize(1080, 720)
    set_role(page, Role.PAGE)
    outer = column(page, gap=0)
    body = column(None, margins=(24, 8, 24, 24), gap=16)
    outer.addWidget(
        PageHeader(words("团队看板", "Team"), words("本月至今 · 数字可点开", "This month"))
    )
    outer.addLayout(body)
    tiles = row(None, gap=16)
    for zh, en, value, unit, trend, tone in (
        ("拜访", "Visits", "148", "次", "+12%", Tone.GOOD),
        ("首次响应", "First response", "3.4", "小时", "+0.6", Tone.WARN),
        ("逾期线索", "Overdue leads", "9", "条", "", Tone.NEUTRAL),
        ("签约金额", "Signed", "¥1,280,000", "", "-4%", Tone.BAD),
    ):
        metric = Metric(words(zh, en), value, words(unit, "") if unit else "", trend, tone)
        tiles.addWidget(MetricTile(metric))
    body.addLayout(tiles)
    middle = row(None, gap=16)
    middle.addWidget(_bars_card(), 1)
    middle.addWidget(_columns_card(), 1)
    body.addLayout(middle)
    body.addWidget(_small_things())
    body.addStretch(1)
    return page


def _bars_card() -> Card:
    card = Card(words("每人拜访", "Visits per person"))
    bars = BarList(initials=True)
    bars.setAccessibleName(card.heading.text())
    people = (("林晓", 42), ("王磊", 35), ("陈思思", 31), ("赵一鸣", 24), ("欧阳明月", 0))
    bars.set_bars([Bar(name, value, str(value)) for name, value in people])
    card.body.addWidget(bars)
    return card


def _columns_card() -> Card:
    card = Card(words("各阶段逾期", "Overdue by stage"))
    chart = ColumnChart()
    chart.setAccessibleName(card.heading.text())
    stages = (("获取", 2), ("触达", 5), ("确认", 1), ("方案", 0), ("异议", 1))
    tones = (Tone.ACCENT, Tone.BAD, Tone.ACCENT, Tone.ACCENT, Tone.WARN)
    bars = [Bar(n, v, str(v), tone) for (n, v), tone in zip(stages, tones, strict=True)]
    chart.set_bars(bars)
    card.body.addWidget(chart, 1)
    return card


def _small_things() -> Card:
    card = Card()
    buttons = row(None)
    for button in (
        PrimaryButton(words("保存", "Save"), "check"),
        GhostButton(words("导出", "Export"), "download"),
        QuietButton(words("取消", "Cancel")),
        DangerButton(words("删除", "Delete"), "trash"),
        IconButton("more", words("更多", "More")),
        IconButton("history", words("历史", "History")),
    ):
        buttons.addWidget(button)
    off = PrimaryButton(words("不可用", "Disabled"))
    off.setEnabled(False)
    buttons.addWidget(off)
    for tone, zh, en in (
        (Tone.NEUTRAL, "潜在", "Prospect"),
        (Tone.GOOD, "合作中", "Active"),
        (Tone.WARN, "沉睡", "Dormant"),
        (Tone.BAD, "流失", "Lost"),
        (Tone.ACCENT, "本人", "Mine"),
    ):
        buttons.addWidget(Chip(words(zh, en), tone, dot=tone is not Tone.ACCENT))
    buttons.addWidget(Badge(128, Tone.WARN))
    buttons.addWidget(StatusDot(words("在线", "Online"), Tone.GOOD))
    buttons.addStretch(1)
    card.body.addLayout(buttons)
    strip = ProgressStrip()
    strip.set_progress(words("正在转写语音备忘…", "Transcribing the note…"), 0.42)
    card.body.addWidget(strip)
    meter = LevelMeter()
    for step in range(48):
        meter.push((step * 37 % 23) / 23 if step < 46 else 1.0)
    card.body.addWidget(meter)
    return card


def story() -> QWidget:
    """Timeline, conflict, empty state."""
    page = QWidget()
    page.resize(1080, 760)
    set_role(page, Role.PAGE)
    halves = row(page, margins=(24, 24, 24, 24), gap=24)
    left = Card(words("动态", "Timeline"))
    timeline = Timeline(TimelineModel(_entries()))
    timeline.setAccessibleName(left.heading.text())
    left.body.addWidget(timeline)
    halves.addWidget(left, 1)
    right = column(None, gap=16)
    halves.addLayout(right, 1)
    conflict = Conflict(
        "杭州仁和医院",
        words("预算", "Budget"),
        Version("¥250,000", "林晓", "09:12"),
        Version("¥300,000", "王磊", "09:40"),
        Version("¥180,000", "", words("3月2日", "Mar 2")),
        Side.THEIRS,
    )
    right.addWidget(ConflictCard(conflict))
    empty = EmptyState(
        "promise",
        words("还没有承诺", "No promises yet"),
        words(
            "拜访后口述一句“周五前给报价”，随行会把它变成带日期的承诺。",
            "Say “quote by Friday” after a visit and it becomes a promise with a date.",
        ),
        action=words("记一次拜访", "Log a visit"),
    )
    card = Card()
    card.body.addWidget(empty)
    right.addWidget(card, 1)
    return page


def _entries() -> list[TimelineEntry]:
    now = datetime.now(tz=UTC)
    body = (
        "见了检验科王主任，对生化仪感兴趣，预算 25 万左右，担心耗材价格。承诺周五前给出用量清单。"
    )
    return [
        TimelineEntry(
            "visit",
            words("上门拜访", "Visit"),
            "林晓",
            now - timedelta(minutes=12),
            body,
            Tone.ACCENT,
        ),
        TimelineEntry(
            "promise",
            words("承诺：周五前发报价", "Promise: quote by Friday"),
            "林晓",
            now - timedelta(hours=2),
            "",
            Tone.WARN,
        ),
        TimelineEntry(
            "edit",
            words("预算 ¥180,000 → ¥250,000", "Budget ¥180,000 → ¥250,000"),
            "王磊",
            now - timedelta(hours=27),
        ),
        TimelineEntry(
            "phone",
            words("首次电话", "First call"),
            "陈思思",
            now - timedelta(days=4),
            "无人接听，晚上再打。",
        ),
        TimelineEntry(
            "lead",
            words("线索逾期未跟进", "Lead overdue"),
            "",
            now - timedelta(days=40),
            "",
            Tone.BAD,
        ),
    ]


def icons() -> QWidget:
    """Every icon."""
    page = QWidget()
    page.resize(1000, 620)
    set_role(page, Role.PAGE)
    grid = QGridLayout(page)
    for place, name in enumerate(icon_names()):
        cell = QWidget()
        line = row(cell)
        line.addWidget(IconButton(name, name))
        line.addWidget(QLabel(name), 1)
        grid.addWidget(cell, place // 7, place % 7)
    return page


def sheet() -> QWidget:
    """A dialog asking about unsaved changes."""
    made = Sheet(words("记一次拜访", "Log a visit"), words("保存拜访", "Save visit"))
    text = GrowingText()
    text.setAccessibleName(words("说了什么", "What was said"))
    text.setValue("王主任，预算两万五，周五前给报价。")
    made.body.addWidget(label(words("说了什么", "What was said"), Role.MUTED))
    made.body.addWidget(text)
    made.set_dirty(True)
    made.reject()
    made.resize(560, made.sizeHint().height())
    return made


SHEETS: tuple[Callable[[], QWidget], ...] = (
    shell,
    palette_shell,
    form,
    dashboard,
    story,
    icons,
    sheet,
)


def draw(folder: Path, app: QApplication) -> list[Path]:
    """Write every sheet in every scheme and language to `folder`."""
    made = []
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        apply_theme(app, scheme)
        for language in ("zh_CN", "en"):
            install_language(app, language)
            for build in SHEETS:
                widget = build()
                widget.show()
                widget.setFocus()
                for _ in range(3):
                    app.processEvents()
                target = folder / f"{build.__name__}-{scheme.value}-{language}.png"
                widget.grab().save(str(target))
                made.append(target)
                widget.hide()
                widget.deleteLater()
    return made


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    draw(out, QApplication([]))
