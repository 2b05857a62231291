"""The two kinds of error, and the one table of sync error codes.

A `KnownError` carries a sentence for the person in front of the screen: what happened, what was
kept, what to do next. A `BugError` means our own code broke a promise; it is never caught quietly.
Nothing here knows about storage, HTTP or Qt.
"""

from dataclasses import dataclass
from enum import StrEnum


class KnownError(Exception):
    """Something went wrong for a cause we know; `str(error)` is fit for the user, in Chinese.

    `english` is the same sentence in English; `code` is stable and may be logged.
    """

    def __init__(self, chinese: str, english: str, *, code: str = "known") -> None:
        super().__init__(chinese)
        self.chinese = chinese
        self.english = english
        self.code = code

    def sentence(self, language: str) -> str:
        """The sentence in `language` ("zh…" or anything else, read as English)."""
        return self.chinese if language.startswith("zh") else self.english


class BugError(Exception):
    """Our own code broke one of its promises; the traceback is the message."""


class SyncCode(StrEnum):
    """Every verdict the sync server gives about a request or an operation, other than "applied"."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_ENTITY = "unknown_entity"
    UNKNOWN_FIELD = "unknown_field"
    INVALID_VALUE = "invalid_value"
    FORBIDDEN = "forbidden"
    WRONG_DEVICE = "wrong_device"
    BAD_CREDENTIALS = "bad_credentials"
    LOCKED_OUT = "locked_out"
    TOO_MANY = "too_many"
    PASSWORD_CHANGE = "password_change"
    PASSWORD_WEAK = "password_weak"
    LOGIN_TAKEN = "login_taken"
    NOT_FOUND = "not_found"
    OIDC_OFF = "oidc_off"
    OIDC_UNREACHABLE = "oidc_unreachable"
    OIDC_REFUSED = "oidc_refused"
    OIDC_NO_ACCOUNT = "oidc_no_account"
    TOKEN_EXPIRED = "token_expired"
    DEVICE_REVOKED = "device_revoked"
    LINEAGE_CHANGED = "lineage_changed"
    DEVICE_EXPIRED = "device_expired"
    RECORD_PURGED = "record_purged"
    RECORD_ERASED = "record_erased"
    SNAPSHOT_GONE = "snapshot_gone"
    PROTOCOL_UNSUPPORTED = "protocol_unsupported"
    SERVER_BUSY = "server_busy"
    SERVER_UNREACHABLE = "server_unreachable"
    STORAGE_FULL = "storage_full"
    BLOB_UNKNOWN = "blob_unknown"
    BLOB_MISSING = "blob_missing"
    BLOB_OFFSET = "blob_offset"
    BLOB_MISMATCH = "blob_mismatch"
    BLOB_TOO_LARGE = "blob_too_large"
    QUARANTINE_GONE = "quarantine_gone"
    PERSON_UNKNOWN = "person_unknown"


@dataclass(frozen=True, slots=True)
class CodeText:
    """What one sync code means, for people and for HTTP."""

    http_status: int
    chinese: str
    english: str


SYNC_CODES: dict[SyncCode, CodeText] = {
    SyncCode.MALFORMED: CodeText(
        400,
        "服务器读不懂这批数据，没有写入任何内容；本机的修改都还在。请升级客户端或联系管理员。",
        "The server could not read this batch and wrote nothing; your changes are still on this "
        "device. Update the app or contact your administrator.",
    ),
    SyncCode.TOO_LARGE: CodeText(
        413,
        "这批数据超过了服务器的上限，没有写入；将自动拆小后重试。",
        "The batch is over the server's limit and was not written; it is split and sent again.",
    ),
    SyncCode.UNKNOWN_ENTITY: CodeText(
        422,
        "服务器还不认识这种记录，已原样保留，服务器升级后会自动处理。",
        "The server does not know this kind of record yet; it is kept and replayed after its "
        "upgrade.",
    ),
    SyncCode.UNKNOWN_FIELD: CodeText(
        422,
        "服务器还不认识这个字段，已原样保留，服务器升级后会自动处理。",
        "The server does not know this field yet; it is kept and replayed after its upgrade.",
    ),
    SyncCode.INVALID_VALUE: CodeText(
        422,
        "有一个值不符合字段的规则，服务器没有接受；您输入的内容保留在同步中心。",
        "A value breaks the rules of its field and was not accepted; what you typed is kept in "
        "the sync centre.",
    ),
    SyncCode.FORBIDDEN: CodeText(
        403,
        "您没有权限做这项修改，服务器没有接受；您输入的内容保留在同步中心。",
        "You may not make this change, so the server did not accept it; what you typed is kept "
        "in the sync centre.",
    ),
    SyncCode.WRONG_DEVICE: CodeText(
        403,
        "这批修改来自另一台设备的编号，服务器没有接受。请重新登录本机。",
        "This batch carries another device's number and was not accepted. Sign in again here.",
    ),
    SyncCode.BAD_CREDENTIALS: CodeText(
        401,
        "账号或密码不对。请检查大小写后再试，或请管理员重设密码。",
        "The account or password is wrong. Check capitals and try again, or ask your "
        "administrator to reset it.",
    ),
    SyncCode.LOCKED_OUT: CodeText(
        429,
        "密码错误次数过多，账号暂时锁定。请稍后再试，或请管理员解锁。",
        "Too many wrong passwords; the account is locked for a while. Try later or ask your "
        "administrator.",
    ),
    SyncCode.TOO_MANY: CodeText(
        429,
        "短时间内请求太多，服务器请您稍等；程序会自动重试，没有丢失任何内容。",
        "Too many requests in a short time; the server asks to wait. The app tries again by itself "
        "and nothing is lost.",
    ),
    SyncCode.PASSWORD_CHANGE: CodeText(
        403,
        "这个密码是管理员给的，首次登录要先改成您自己的密码，之后才能继续；什么都没有改动。",
        "This password was given by an administrator. Choose one of your own before anything else; "
        "nothing was changed.",
    ),
    SyncCode.PASSWORD_WEAK: CodeText(
        422,
        "新密码太容易被猜到，密码没有改动。请用至少 10 个字符，不含账号，不用常见密码。",
        "The new password is too easy to guess and was not set. Use at least 10 characters, not "
        "your account name and not a common password.",
    ),
    SyncCode.LOGIN_TAKEN: CodeText(
        409,
        "这个账号已经有人使用，没有做任何改动。请换一个账号名。",
        "This account name is taken; nothing was changed. Choose another.",
    ),
    SyncCode.NOT_FOUND: CodeText(
        404,
        "服务器上没有这个账号、设备或团队，没有做任何改动。请刷新后再试。",
        "The server has no such account, device or team; nothing was changed. Refresh and try "
        "again.",
    ),
    SyncCode.OIDC_OFF: CodeText(
        404,
        "这台服务器没有开通公司账号登录，什么都没有改动。请用随行的账号和密码登录。",
        "This server does not offer signing in with a company account; nothing was changed. Use "
        "your account and password of Suixing.",
    ),
    SyncCode.OIDC_UNREACHABLE: CodeText(
        503,
        "现在连不上公司的登录服务，登录没有完成。请稍后再试，或用账号和密码登录。",
        "Your company's sign-in service cannot be reached now; you were not signed in. Try again "
        "later, or use account and password.",
    ),
    SyncCode.OIDC_REFUSED: CodeText(
        401,
        "公司的登录服务没有确认您的身份，登录没有完成。请重新登录一次；若总是这样，请联系管理员。",
        "Your company's sign-in service did not confirm who you are; you were not signed in. Try "
        "once more, and tell your administrator if it stays so.",
    ),
    SyncCode.OIDC_NO_ACCOUNT: CodeText(
        403,
        "您的公司账号在随行里没有对应的账号，登录没有完成。请联系管理员添加。",
        "Your company account has no account in Suixing; you were not signed in. Ask your "
        "administrator to add one.",
    ),
    SyncCode.TOKEN_EXPIRED: CodeText(
        401,
        "登录已过期，请重新输入密码；本机的数据和修改都还在。",
        "Your sign-in has expired. Enter your password again; everything here is kept.",
    ),
    SyncCode.DEVICE_REVOKED: CodeText(
        403,
        "管理员已停用这台设备，不能再同步。请联系管理员。",
        "An administrator has revoked this device; it can no longer sync. Contact them.",
    ),
    SyncCode.LINEAGE_CHANGED: CodeText(
        409,
        "服务器从备份恢复过，本机会把它缺少的修改重新发送一遍。",
        "The server was restored from a backup; this device sends again what it is missing.",
    ),
    SyncCode.DEVICE_EXPIRED: CodeText(
        410,
        "这台设备太久没有同步，服务器已清理了它没见过的旧数据；程序会自动重新下载，未发送的修改都还在。",
        "This device has not synced for so long that the server has cleared away what it had not "
        "seen yet. The app downloads everything again by itself; unsent changes are kept.",
    ),
    SyncCode.RECORD_PURGED: CodeText(
        410,
        "这条记录早已删除，并已从服务器清除，修改无法保存；您输入的内容保留在同步中心。",
        "This record was deleted long ago and has been cleared from the server, so the change "
        "could not be saved; what you typed is kept in the sync centre.",
    ),
    SyncCode.RECORD_ERASED: CodeText(
        410,
        "这个人的信息已按要求永久删除，修改没有保存；与此人有关的内容也已从本机清除。",
        "This person's data was erased for good on request, so the change was not saved; what you "
        "had typed about them has been removed from this device as well.",
    ),
    SyncCode.SNAPSHOT_GONE: CodeText(
        410,
        "服务器上的这份首次下载已被更新的一份取代，程序会自动改用新的；本机的修改都还在。",
        "This first download has been replaced by a newer one on the server; the app goes on with "
        "that by itself and your changes are kept.",
    ),
    SyncCode.PROTOCOL_UNSUPPORTED: CodeText(
        426,
        "客户端版本太旧，服务器不再支持。请升级；本机的修改都还在。",
        "This app is too old for the server. Update it; your changes are kept.",
    ),
    SyncCode.SERVER_BUSY: CodeText(
        503,
        "服务器正忙，稍后会自动重试；没有丢失任何内容。",
        "The server is busy; the app tries again by itself and nothing is lost.",
    ),
    SyncCode.SERVER_UNREACHABLE: CodeText(
        503,
        "连不上服务器。您可以继续离线工作，修改会保存在本机，联网后自动发送。",
        "The server cannot be reached. Keep working offline: changes are saved here and sent "
        "when the connection is back.",
    ),
    SyncCode.STORAGE_FULL: CodeText(
        507,
        "服务器磁盘已满，这批修改没有写入，仍保存在本机。请联系管理员。",
        "The server's disk is full; this batch was not written and is still on this device. "
        "Contact your administrator.",
    ),
    SyncCode.BLOB_UNKNOWN: CodeText(
        404,
        "服务器上没有您能看到的这个附件；本机的内容没有改动。",
        "There is no such attachment among what you may see; nothing here was changed.",
    ),
    SyncCode.BLOB_MISSING: CodeText(
        404,
        "这个附件的文件还没有传到服务器。添加它的设备联网后会自动发送，请稍后再试。",
        "The file of this attachment has not reached the server yet. The device it was added on "
        "sends it when it is online; try again later.",
    ),
    SyncCode.BLOB_OFFSET: CodeText(
        409,
        "附件的这一段接不上服务器已有的部分，将自动从断点继续。",
        "This piece of the attachment does not follow what the server has; the app goes on from "
        "there by itself.",
    ),
    SyncCode.BLOB_MISMATCH: CodeText(
        422,
        "附件的内容与校验值不符，服务器没有保存；本机的文件还在，将重新发送。",
        "The attachment does not match its checksum and was not kept by the server; the file here "
        "is untouched and is sent again.",
    ),
    SyncCode.BLOB_TOO_LARGE: CodeText(
        413,
        "附件超过了服务器允许的大小，没有发送；本机的文件还在。",
        "The attachment is larger than the server accepts and was not sent; the file here is "
        "untouched.",
    ),
    SyncCode.QUARANTINE_GONE: CodeText(
        404,
        "隔离区里没有这台设备的内容，什么都没有改动。可能已经到期清除，请刷新列表。",
        "Nothing of this device is in quarantine and nothing was changed. It may have been "
        "cleared away; look at the list again.",
    ),
    SyncCode.PERSON_UNKNOWN: CodeText(
        404,
        "没有这个人：只有联系人、线索和类型为“个人”的客户可以导出或删除，什么都没有改动。",
        "There is no such person, and nothing was changed. Contacts, leads and customers of the "
        "kind “person” can be exported and erased.",
    ),
}


class SyncError(KnownError):
    """A refusal by the sync server, or the failure to reach it, as one code of the table."""

    def __init__(self, code: SyncCode, detail: str = "") -> None:
        text = SYNC_CODES[code]
        super().__init__(text.chinese, text.english, code=code.value)
        self.sync_code = code
        self.detail = detail
