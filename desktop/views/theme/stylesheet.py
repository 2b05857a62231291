"""The Qt stylesheet, written from tokens. No colour or size is typed here that is not a token."""

from importlib.resources import as_file, files

from desktop.views.theme.tokens import SPACE, TYPE, Colours


def stylesheet(c: Colours) -> str:
    """The whole stylesheet for the colours `c`."""
    return "\n".join(
        (
            _text(c),
            _buttons(c),
            _inputs(c),
            _surfaces(c),
            _lists(c),
            _menus(c),
            _scroll_bars(c),
            _boxes(c),
        )
    )


def sizes(zoom: float = 1.0) -> str:
    """How large the words of each role are; `zoom` for a window that is read from afar."""
    every = (TYPE.title, TYPE.heading, TYPE.small, TYPE.body)
    title, heading, small, body = (round(zoom * size) for size in every)
    plain = f"QLabel, QPushButton {{ font-size: {body}px; }}" if zoom != 1.0 else ""
    return f"""{plain}
QLabel[role="title"], QLabel[role="figure"] {{ font-size: {title}px; }}
QLabel[role="heading"] {{ font-size: {heading}px; }}
QLabel[role="small"], QLabel[role="overline"], QLabel[role="error-text"] {{ font-size: {small}px; }}
"""


def _text(c: Colours) -> str:
    return f"""
QWidget {{ color: {c.text}; }}
QLabel {{ background: transparent; }}
{sizes()}
QLabel[role="title"] {{ font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ color: {c.muted}; }}
QLabel[role="small"] {{ color: {c.faint}; }}
QLabel[role="overline"] {{ color: {c.faint}; font-weight: 600; }}
QLabel[role="figure"] {{ font-weight: 600; }}
QLabel[role="error-text"] {{ color: {c.bad_tone.ink}; }}
QToolTip {{ background: {c.tooltip}; color: {c.on_tooltip}; border: none; padding: 4px 8px; }}
"""


def _buttons(c: Colours) -> str:
    radius = SPACE.radius - 2
    return f"""
QPushButton {{ border-radius: {radius}px; padding: 1px 13px; min-height: 28px;
  background: {c.surface}; border: 1px solid {c.hairline}; outline: none; }}
QPushButton:hover, QPushButton:open {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.selected}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 0 12px; }}
QPushButton[role="primary"], QPushButton[role="danger"], QPushButton[role="quiet"] {{
  border: 2px solid transparent; padding: 0 12px; font-weight: 600; }}
QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; }}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {{
  background: {c.accent_hover}; }}
QPushButton[role="primary"]:focus {{ border-color: {c.text}; }}
QPushButton[role="launcher"] {{ background: {c.surface}; border: 1px solid {c.hairline};
  color: {c.faint}; font-weight: 400; text-align: left; padding: 1px 9px; }}
QPushButton[role="launcher"][narrow="true"] {{ padding: 1px 12px; }}
QPushButton[role="launcher"]:hover {{ border-color: {c.outline}; }}
QPushButton[role="launcher"]:focus {{ border: 2px solid {c.accent}; padding: 0 8px; }}
QPushButton[role="quiet"] {{ background: transparent; font-weight: 400; color: {c.muted}; }}
QPushButton[role="quiet"]:checked {{
  background: {c.selected}; color: {c.text}; font-weight: 600;
}}
QPushButton[role="quiet"]:hover {{ background: {c.hover}; color: {c.text}; }}
QPushButton[role="danger"] {{ background: {c.bad_tone.soft}; color: {c.bad_tone.ink}; }}
QPushButton[role="quiet"]:focus, QPushButton[role="danger"]:focus {{
  border-color: {c.accent}; }}
QPushButton:disabled, QPushButton[role="primary"]:disabled {{ background: {c.hover};
  color: {c.faint}; border-color: transparent; }}
QPushButton::menu-indicator {{ width: 0; }}
QToolButton {{ background: transparent; border: 2px solid transparent; outline: none;
  border-radius: {radius}px; padding: 3px; }}
QToolButton:hover, QToolButton:open {{ background: {c.hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {c.selected}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
"""


def _inputs(c: Colours) -> str:
    fields = "QLineEdit, QPlainTextEdit, QComboBox"
    return f"""
{fields} {{ background: {c.surface}; border: 1px solid {c.outline};
  border-radius: {SPACE.radius - 2}px; padding: 1px 9px;
  selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit, QComboBox {{ min-height: {SPACE.control_height - 4}px; }}
QPlainTextEdit {{ padding: 3px 5px; }}
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover {{ border-color: {c.muted}; }}
QLineEdit:focus, QComboBox:focus {{ border: 2px solid {c.accent}; padding: 0 8px; }}
QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: 2px 4px; }}
QLineEdit[error="true"], QPlainTextEdit[error="true"], QComboBox[error="true"],
QFrame[role="editor"][error="true"] {{ border-color: {c.bad_tone.solid};
  background: {c.bad_tone.soft}; }}
QLineEdit:read-only, QLineEdit:disabled, QComboBox:disabled {{ background: {c.canvas};
  color: {c.muted}; border-color: {c.hairline}; }}
QLineEdit[role="bare"] {{ border: none; background: transparent; padding: 0; min-height: 24px; }}
QFrame[role="editor"] {{ background: {c.surface}; border: 1px solid {c.outline};
  border-radius: {SPACE.radius - 2}px; }}
QFrame[role="editor"][active="true"] {{ border: 2px solid {c.accent}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url({_asset("chevron-down", c)}); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.hairline};
  outline: none; padding: 4px; }}
QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 20px; }}
"""


def _boxes(c: Colours) -> str:
    return f"""
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {c.muted};
  border-radius: 4px; background: {c.surface}; }}
QCheckBox::indicator:hover {{ border-color: {c.accent}; }}
QCheckBox::indicator:checked {{ image: url({_asset("check", c)}); background: {c.selected};
  border-color: {c.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {c.hairline}; }}
QCheckBox:focus {{ outline: none; }}
QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
QTreeWidget {{ background: transparent; border: none; }}
QTreeWidget::item {{ min-height: 32px; }}
QTreeWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
"""


def _surfaces(c: Colours) -> str:
    return f"""
QMainWindow, QDialog, QWidget[role="page"] {{ background: {c.canvas}; }}
QWidget[role="rail"] {{ background: {c.sidebar}; }}
QWidget[role="sidebar"] {{ background: {c.sidebar}; border-right: 1px solid {c.hairline}; }}
QFrame[role="card"] {{ background: {c.surface}; border: 1px solid {c.hairline};
  border-radius: {SPACE.radius}px; }}
QFrame[role="card"][dropping="true"] {{ border: 2px dashed {c.accent}; }}
QFrame[role="card"][clickable="true"]:hover {{ border-color: {c.outline}; }}
QFrame[role="card"][clickable="true"]:focus {{ border: 2px solid {c.accent}; }}
QFrame[role="panel"] {{ background: {c.surface}; }}
QFrame[role="sheet"], QDialog[role="sheet"] {{ background: {c.surface};
  border: 1px solid {c.hairline}; border-radius: {SPACE.radius + 4}px; }}
QFrame[role="hairline"] {{ background: {c.hairline}; border: none; min-height: 1px;
  max-height: 1px; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QSplitter::handle {{ background: {c.hairline}; }}
"""


def _lists(c: Colours) -> str:
    return f"""
QTableView, QListView, QTreeView {{ background: {c.surface}; border: none; outline: none;
  selection-background-color: {c.selected}; selection-color: {c.text}; }}
QTableWidget::item {{ padding: 0 8px; }}
QTableWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
QListView::item {{ padding: 4px 8px; border-radius: {SPACE.half}px; }}
QListView::item:hover {{ background: {c.hover}; }}
QListView::item:selected {{ background: {c.selected}; color: {c.text}; }}
QHeaderView {{ background: {c.surface}; border: none; }}
QHeaderView::section {{ background: {c.surface}; color: {c.faint}; border: none;
  border-bottom: 1px solid {c.hairline}; padding: 0 8px; font-size: {TYPE.small}px;
  font-weight: 600; }}
QHeaderView::section:hover {{ color: {c.text}; background: {c.hover}; }}
QTableCornerButton::section {{ background: {c.surface}; border: none; }}
QTabBar::tab {{ background: transparent; color: {c.muted}; padding: 8px 12px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; font-weight: 600; }}
QTabBar::tab:focus {{ color: {c.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.hairline}; }}
"""


def _menus(c: Colours) -> str:
    return f"""
QMenu {{ background: {c.surface}; border: 1px solid {c.hairline}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: {SPACE.half}px; }}
QMenu::item:selected {{ background: {c.selected}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: 1px; background: {c.hairline}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 6px; }}
QMenu::indicator:checked {{ image: url({_asset("check", c)}); }}
QCalendarWidget QWidget {{ background: {c.surface}; }}
QCalendarWidget QAbstractItemView {{ selection-background-color: {c.surface}; }}
QCalendarWidget QToolButton {{ font-weight: 600; padding: 4px 8px; min-height: 20px; }}
QCalendarWidget QAbstractItemView {{ outline: none; }}
QCalendarWidget QSpinBox {{ min-width: 72px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.hairline}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 7px;
    background: {c.accent}; border: 1px solid {c.surface}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.text}; }}
QSlider::handle:horizontal:disabled {{ background: {c.outline}; }}
"""


def _scroll_bars(c: Colours) -> str:
    handle = c.hairline if not c.dark else c.hover
    return f"""
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {handle}; border-radius: 3px; min-height: 32px;
  min-width: 32px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {c.outline}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QAbstractScrollArea::corner {{ background: transparent; }}
"""


def _asset(name: str, c: Colours) -> str:
    """The path of a fixed-colour copy of an icon, which url() in a stylesheet needs."""
    tint = "dark" if c.dark else "light"
    with as_file(files("resources") / "icons" / "fixed" / f"{name}-{tint}.svg") as path:
        return path.as_posix()
