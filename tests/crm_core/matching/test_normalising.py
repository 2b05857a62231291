"""Names, numbers, codes and addresses as customer lists hold them (rows 1.7, 1.8, 5.1, 5.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.matching.addresses import Address, address, said_number
from crm_core.matching.companies import Company, company
from crm_core.matching.credit_codes import CodeKind, credit_code
from crm_core.matching.emails import email
from crm_core.matching.keys import keys_of
from crm_core.matching.nicknames import called
from crm_core.matching.people import NOBODY, Person, person
from crm_core.matching.phones import PhoneKind, phone
from crm_core.matching.profile import profile_of
from crm_core.matching.spelling import plain, sounded
from crm_core.model.credit_code import check_digit
from crm_core.model.phone_numbers import doubt


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "+86 138-0013-8000",
        "8613800138000",
        "008613800138000",
        "013800138000",
        "13800138000.0",
        "１３８００１３８０００",
        "手机:13800138000",
        "13800138000(微信同号)",
        " 138 0013 8000 ",
    ],
)
def test_a_mobile_is_one_number_however_it_is_written(written: str) -> None:
    found = phone(written)
    assert (found.kind, found.digits, found.masked) == (PhoneKind.MOBILE, "13800138000", False)


def test_a_masked_mobile_shows_what_the_whole_one_shows() -> None:
    masked = phone("138****5678")
    assert masked.masked
    assert masked.ends == "1385678" == phone("13812345678").ends


@pytest.mark.parametrize(
    ("written", "area", "digits", "extension"),
    [
        ("0512-49004177", "0512", "49004177", ""),
        ("(0512)4900417", "0512", "4900417", ""),
        ("0512 4900 417", "0512", "4900417", ""),
        ("+86-21-22701146", "021", "22701146", ""),
        ("02122701146", "021", "22701146", ""),
        ("22701146", "", "22701146", ""),
        ("010-56711715-804", "010", "56711715", "804"),
        ("0571－62664843", "0571", "62664843", ""),
        ("021-56711715转804", "021", "56711715", "804"),
    ],
)
def test_a_landline_is_taken_apart(written: str, area: str, digits: str, extension: str) -> None:
    found = phone(written)
    assert found.kind is PhoneKind.LANDLINE
    assert (found.area, found.digits, found.extension) == (area, digits, extension)


def test_hotlines_and_what_a_spreadsheet_left_of_a_number() -> None:
    assert phone("400-823-3288").kind is PhoneKind.HOTLINE
    assert phone("1.3831E+10").digits == ""


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("1380013800", "10"),
        ("138001380001", "12"),
        ("13800138000", None),
        ("+86 138 0013 8000", None),
        ("0512-49004177", None),
        ("138****5678", None),
        ("+1 202 555 0143", None),
    ],
)
def test_a_mobile_with_a_digit_too_few_or_too_many_is_seen(
    written: str, problem: str | None
) -> None:
    found = doubt(written)
    assert (found is not None) == (problem is not None)
    assert found is None or str(problem) in found.en


def test_a_credit_code_is_judged_by_its_check_digit() -> None:
    good = credit_code("91350100M000100Y43")
    assert (good.kind, good.valid) == (CodeKind.CREDIT, True)
    assert not credit_code("91350100M000100Y44").valid
    assert check_digit("91350100M000100Y4") == "3"
    assert check_digit("short") == ""


def test_letters_the_standard_leaves_out_are_what_they_look_like() -> None:
    assert credit_code("9135O1OOMOOO1OOY43").text == "91350100M000100Y43"


def test_the_organisation_is_the_same_in_the_old_and_the_new_number() -> None:
    new, old = credit_code("91330319603888PX1U"), credit_code("603888PX-1")
    assert old.kind is CodeKind.ORGANISATION
    assert new.organisation == old.organisation == "603888PX1"


def test_an_old_register_number_has_a_check_digit_too() -> None:
    assert credit_code("110108777354001").kind is CodeKind.REGISTRATION
    assert credit_code("110108777354001").valid
    assert not credit_code("110108777354002").valid


def test_free_mail_is_no_companys() -> None:
    assert email("a@163.com").free
    assert email(" LiMing@QQ.con ").text == "liming@qq.com"
    assert not email("zhao@yuanliyou.cn").free
    assert email("sales@yuanliyou.cn").shared
    assert email("nothing").text == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("金柏(潍坊)投资有限公司", Company("金柏", "投资", "潍坊")),
        ("温州市远利优生物科技有限公司", Company("远利优", "生物科技", "温州")),
        ("远利优生物科技(温州)", Company("远利优", "生物科技", "温州")),
        ("菊德星塑料製品股份有限公司", Company("菊德星", "塑料制品")),
        ("華通電器有限公司(上海)", Company("华通", "电器", "上海")),
        ("信通药房(上海胜利西路店)", Company("信通", "药房", "上海", "胜利西路", outlet=True)),
        ("嘉盛理发店-友谊西路店", Company("嘉盛", "理发店", "", "友谊西路", outlet=True)),
        ("利卓光电科技泉州办事处", Company("利卓", "光电科技", "", "泉州")),
        ("天津利卓光电科技有限公司泉州分公司", Company("利卓", "光电科技", "天津", "泉州")),
        ("利卓光电科技(泉州分)", Company("利卓", "光电科技", "", "泉州")),
        ("洛阳市技元医药有限供思", Company("技元", "医药", "洛阳")),
        ("苏州大春", Company("大春", "", "苏州")),
    ],
)
def test_a_companys_name_is_taken_apart(written: str, expected: Company) -> None:
    assert company(plain(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("王芳", Person("王", "芳")),
        ("王芳女士", Person("王", "芳", titled=True)),
        ("张总", Person("张", titled=True)),
        ("欧阳老师", Person("欧阳", titled=True)),
        ("老李", Person("李", titled=True)),
        ("林*娜", Person("林", "*娜")),
        ("金华康途科技", NOBODY),
    ],
)
def test_a_persons_name_and_title(written: str, expected: Person) -> None:
    assert person(written) == expected


@pytest.mark.parametrize(
    ("written", "firm", "who", "number"),
    [
        ("方总_180****0796", "", Person("方", titled=True), "180****0796"),
        ("赵总-温州远利优", "温州远利优", Person("赵", titled=True), ""),
        ("AA菊德星塑料制品 胡金宇", "菊德星塑料制品", Person("胡", "金宇"), ""),
        ("长沙辉恒化工陈总", "长沙辉恒化工", Person("陈", titled=True), ""),
        ("黄云欣 新客", "", Person("黄", "云欣"), ""),
        ("王 文 琪", "", Person("王", "文琪"), ""),
    ],
)
def test_what_an_address_book_holds_in_one_name(
    written: str, firm: str, who: Person, number: str
) -> None:
    found = called(plain(written))
    assert (found.company, found.who, found.number) == (firm, who, number)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("台州市温岭市科技二路516号108室", Address("台州", "温岭市", "科技二路", "516", "108")),
        ("人民东陆88号软件园区3栋", Address("", "", "人民东陆", "88", "3")),
        ("人民东陆88号科技广场1205", Address("", "", "人民东陆", "88", "1205")),
        ("富强路四六四号", Address("", "", "富强路", "464", "")),
        ("江滨路五十四号", Address("", "", "江滨路", "54", "")),
        ("广州市天河區創業大道1252號16号楼2607室",
         Address("广州", "天河区", "创业大道", "1252", "16-2607")),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(written: str, expected: Address) -> None:
    assert address(plain(written)) == expected


@pytest.mark.parametrize(
    ("written", "brand", "trade"),
    [
        ("源斯(沈阳)日化有线公司", "源斯", "日化"),
        ("沈阳祥天照明股有份限公司", "祥天", "照明"),
        ("平纳新材有料限公司", "平纳", "新材料"),
        ("佳达信息技术有限司公", "佳达", "信息技术"),
    ],
)
def test_a_legal_form_with_a_slip_in_it_is_one(written: str, brand: str, trade: str) -> None:
    found = company(plain(written))
    assert (found.brand, found.trade) == (brand, trade)


def test_a_branch_sits_in_its_own_city_and_a_province_is_no_city() -> None:
    branch = {"name": "厦门邦星实业有限公司泉州分公司", "tel": "0592-2746789"}
    assert profile_of(branch).city == "泉州"
    assert profile_of(branch).company.city == "厦门"
    assert profile_of({"name": "浙江达云置业有限公司"}).city == ""
    assert profile_of({"name": "王芳", "address": "浙江省中山东路35号"}).city == ""


def test_a_city_behind_a_company_names_its_branch() -> None:
    found = profile_of({"name": "常州辰丰电子有限公司-徐州", "contact": "林咨"})
    assert (found.company.city, found.company.branch) == ("常州", "徐州")


def test_numbers_said_in_characters() -> None:
    assert said_number("一七五六") == "1756"
    assert said_number("一百二十") == "120"


def test_what_sounds_alike_is_one_sound() -> None:
    assert sounded("远恒网络") == sounded("苑衡网络")
    assert sounded("南京") == sounded("兰金")
    assert sounded("abc1") == "abc1"


def test_the_three_records_of_the_article_meet_in_a_key() -> None:
    """Row 5.8: 上海XX食品有限公司 / 张总_138****5678 / a till's customer are one."""
    erp = profile_of({"name": "上海和顺食品有限公司", "contact": "张伟", "phone": "13812345678"})
    chat = profile_of({"name": "张总_138****5678"})
    till = profile_of({"name": "张伟", "phone": "138 1234 5678"})
    assert set(keys_of(erp)) & set(keys_of(chat))
    assert set(keys_of(erp)) & set(keys_of(till))
    assert set(keys_of(chat)) & set(keys_of(till))


def test_a_name_and_a_contact_in_each_others_place() -> None:
    """One list in a hundred has the two columns swapped in some rows."""
    found = profile_of({"name": "李丹", "contact": "潍坊奎文区万日奶茶店"})
    assert (found.company.brand, found.person.name) == ("万日", "李丹")


@given(st.dictionaries(
    st.sampled_from(["name", "contact", "phone", "tel", "uscc", "address", "city", "email"]),
    st.text("王李总上海市区路号一百店分公司有限科技0189 -*()（【】[]abc@.+~１#\n\0𠮷é", max_size=40)
    | st.none()
    | st.integers(),
))  # fmt: skip
def test_no_value_breaks_a_profile(values: dict[str, object]) -> None:
    assert all(keys_of(profile_of(values)))
