"""What a database engine says when it fails, as sentences for a person who can do something.

Engines are told apart by what they raise: PostgreSQL gives five-letter states (its manual,
appendix A), SQLite only English messages.
"""

from crm_core.errors import KnownError


def busy() -> KnownError:
    """Somebody else holds the database for longer than it is sensible to wait."""
    return _again(_BUSY)


def gone() -> KnownError:
    """The file was there and is not any more: this device's data was removed."""
    return KnownError(
        "这台电脑上的数据已被移除，没有读到任何内容。请重新登录。",
        "The data on this computer was removed; nothing was read. Sign in again.",
        code="gone",
    )


def known_failure(error: Exception) -> KnownError | None:
    """The sentence for a failure of the engine; None where it is a bug of ours.

    `error` is what the driver raised, or SQLAlchemy's wrapping of it.
    """
    raised = getattr(error, "orig", None) or error
    if hasattr(raised, "sqlstate"):
        return _of_postgres(raised, raised.sqlstate)
    return _of_sqlite(str(raised).lower())


def _again(error: KnownError) -> KnownError:
    """A new one: an exception that is raised twice drags its first traceback along."""
    return KnownError(error.chinese, error.english, code=error.code)


def _of_postgres(raised: object, state: str | None) -> KnownError | None:
    """By state; a connection that failed or was never made has none, and says why in words."""
    if state is None:
        kinds = {kind.__name__ for kind in type(raised).__mro__}
        lost = kinds & {"OperationalError", "InterfaceError"}
        return _no_connection(str(raised).lower()) if lost else None
    found = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return _again(found) if found is not None else None


def _no_connection(message: str) -> KnownError:
    if "authentication failed" in message or "no password supplied" in message:
        return _again(_REFUSED)
    if "does not exist" in message:
        return _again(_MISSING)
    if "too many clients" in message or "connection slots" in message:
        return busy()
    return _again(_UNREACHABLE)


_BUSY = KnownError(
    "数据库正被另一个程序占用，修改没有保存，您输入的内容还在。请稍后再试。",
    "Another program holds the database; the change was not saved and what you typed is "
    "still here. Try again in a moment.",
    code="locked",
)
_UNREACHABLE = KnownError(
    "连不上 PostgreSQL 数据库，没有保存任何内容。请检查数据库是否在运行、网络和 --database 地址。",
    "The PostgreSQL database cannot be reached; nothing was saved. Check that it runs, the "
    "network and the address in --database.",
    code="database_unreachable",
)  # fmt: skip
_REFUSED = KnownError(
    "PostgreSQL 不接受这个用户名或密码，没有做任何改动。请检查 --database 地址。",
    "PostgreSQL does not accept this user or password; nothing was changed. Check the address "
    "in --database.",
    code="database_refused",
)
_MISSING = KnownError(
    "PostgreSQL 里没有这个数据库或用户，没有做任何改动。请先建库，做法见管理手册。",
    "PostgreSQL has no such database or user; nothing was changed. Create it first; the "
    "administrator's guide says how.",
    code="no_database",
)  # fmt: skip
_FULL = KnownError(
    "磁盘空间已满，刚才的修改没有保存，您输入的内容还在界面上。请清理磁盘后再保存。",
    "The disk is full, so this change was not saved; what you typed is still on screen. "
    "Free some space and save again.",
    code="disk_full",
)
_NOT_WRITABLE = KnownError(
    "这个 PostgreSQL 数据库不能写入（权限不足，或是只读的备用库），没有做任何改动。",
    "This PostgreSQL database cannot be written (missing privileges, or a read-only standby); "
    "nothing was changed.",
    code="unwritable",
)  # fmt: skip
_DAMAGED = KnownError(
    "PostgreSQL 报告数据已损坏，没有保存任何内容。请联系管理员从备份恢复。",
    "PostgreSQL reports damaged data; nothing was saved. Ask an administrator to restore a backup.",
    code="damaged",
)
_POSTGRES = {
    "08": _UNREACHABLE,
    "57P01": _UNREACHABLE,  # the server is being stopped
    "57P02": _UNREACHABLE,  # … or has crashed
    "57P03": _UNREACHABLE,  # … or is starting
    "57P05": _UNREACHABLE,
    "28": _REFUSED,
    "3D000": _MISSING,
    "53100": _FULL,
    "53": _BUSY,  # out of memory, too many connections
    "55P03": _BUSY,  # lock_timeout
    "40": _BUSY,  # deadlock, serialisation
    "25P03": _BUSY,  # this process sat in a transaction for too long
    "57014": _BUSY,  # an administrator cancelled the statement
    "25006": _NOT_WRITABLE,
    "42501": _NOT_WRITABLE,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


_SQLITE_DAMAGED = (
    "malformed",
    "disk i/o error",
    "vtable constructor failed",  # a page of the search index cannot be read
)


def _of_sqlite(message: str) -> KnownError | None:
    if "file is not a database" in message or "file is encrypted" in message:
        return KnownError(
            "无法打开本机数据库：密钥不对，或文件已损坏。文件没有被改动。"
            "请重新登录，从服务器恢复数据。",
            "The local database cannot be opened: its key is wrong or the file is damaged. "
            "The file was left untouched. Sign in again to restore your data from the server.",
            code="wrong_key",
        )
    if any(sign in message for sign in _SQLITE_DAMAGED):
        return KnownError(
            "本机数据库已损坏。原文件会原样保留，请重新登录，从服务器恢复数据。",
            "The local database is damaged. The file is kept as it is; sign in again to restore "
            "your data from the server.",
            code="damaged",
        )
    if "disk is full" in message:
        return _again(_FULL)
    if "locked" in message:
        return busy()
    if "readonly" in message or "unable to open" in message:
        return KnownError(
            "无法写入数据文件夹，修改没有保存。请检查文件夹权限。",
            "The data folder cannot be written, so nothing was saved. Check its permissions.",
            code="unwritable",
        )
    return None
