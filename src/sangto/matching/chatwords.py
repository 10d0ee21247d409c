"""Words of Vietnamese chats: what a shortening means, alone or by its neighbours.

Written for this project. Keys are lower case, values ordinary spelling. What is also an ordinary syllable ("bùn", "củ",
"dị") is left out unless its neighbours tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold

_SHORT_FORMS: Final[Mapping[str, str]] = {
    "không": "ko kg khg hok hk hôk hông hổng hong hem khum khom khôm kô khôg khog hôg hog kông honk k0 khônq",
    "được": "dc đc dx đx đượk đựơk dượk đcj",
    "gì": "j jì gj",
    "rồi": "r rùi òi ròi rầu roài roy rồy rj rui roii",
    "người": "ng ngừi ngjời ngưòi",
    "mọi người": "mn mng mnguoi mngười mọing",
    "người ta": "ngta nta ngt",
    "với": "vs zới dzới",
    "cũng": "cx cg cug cũg cgx",
    "trước": "trc trk trướk",
    "như thế nào": "ntn nthe ntnao",
    "thế nào": "tnao tnào",
    "vậy": "z zậy dzậy zay zạy dzay zị dzị vầy dzạy",
    "vui": "zui dzui",
    "vô": "zô dzô",
    "quá": "wá wa qá woá",
    "quên": "wên wen",
    "quê": "wê",
    "điện thoại": "đt đth đthoại dthoai đthoai",
    "số điện thoại": "sdt sđt",
    "tài khoản": "tkhoan tkhoản acc",
    "số tài khoản": "stk",
    "ngân hàng": "nh nhang nhàng",
    "cảnh sát giao thông": "csgt",
    "bác sĩ": "bs bsi bsĩ bácsĩ",
    "bệnh viện": "bv bviện bvien",
    "vắc xin": "vx vacxin vaccin",
    "căn cước công dân": "cccd",
    "chứng minh nhân dân": "cmnd cmtnd",
    "facebook": "fb fbook phây",
    "làm": "lm",
    "biết": "bít bik bíc bíck biếk bjt bjk bjết",
    "nữa": "nx nựa",
    "thành phố hồ chí minh": "tphcm hcmc",
    "hồ chí minh": "hcm",
    "sài gòn": "sg sgòn sgon",
    "hà nội": "hnoi hnội",
    "đà nẵng": "đn",
    "việt nam": "vn vnam",
    "trung quốc": "tq tquoc",
    "công ty": "cty cti",
    "gia đình": "gđình gdinh",
    "sinh viên": "sv svien",
    "giáo viên": "gv gvien gvcn",
    "phụ huynh học sinh": "phhs",
    "phụ huynh": "phuynh",
    "bình thường": "bth bthg bthuong bthường",
    "bao giờ": "bgio bgiờ",
    "bây giờ": "bjo bjờ bâyh bayh bâyjờ bayjo",
    "hôm nay": "hnay hômnay homnay humnay hnai",
    "hôm qua": "hqua hqa hômqua homqua",
    "ngày mai": "nmai",
    "hôm": "hum",
    "nhắn tin": "ib ibox inbox",
    "bình luận": "bluan bluận",
    "quản trị viên": "ad admin qtv min",
    "như này": "nny",
    "luôn": "lun luôg luonn",
    "nhiều": "nhìu nhju nhiu nhjều",
    "yêu": "iu iêu",
    "hiểu": "hỉu",
    "chiều": "chìu",
    "điều": "đìu",
    "muốn": "mún",
    "thôi": "thui",
    "trời": "chời trùi trừi zời",
    "tôi": "tui tuj tôj",
    "thích": "thik thíc thík thix",
    "chết": "chít chếk",
    "mình": "mik mềnh mìh mjnh mìk",
    "vợ": "vk zợ",
    "con": "kon",
    # Not "thí": an experiment is "thí nghiệm".
    "thấy": "thấi",
    "nói chuyện": "nch nchuyen",
    "chuyện": "chiện chyện",
    "uống": "ún úng uốg",
    "cười": "cừi",
    "lười": "lừi",
    "nghe": "nge",
    "đi": "đj dj",
    "thông tin": "ttin thtin",
    "thông báo": "tbao tbáo",
    "vấn đề": "vđề vde",
    "sức khỏe": "skhoe skhỏe",
    "mạng xã hội": "mxh",
    "kết quả": "kquả kqua",
    "kiểm tra": "ktra",
    "nhân viên": "nvien nviên",
    "người lao động": "nlđ nld",
    "bảo hiểm y tế": "bhyt",
    "bảo hiểm xã hội": "bhxh",
    "bảo hiểm thất nghiệp": "bhtn",
    "ủy ban nhân dân": "ubnd",
    "phòng cháy chữa cháy": "pccc",
    "giấy phép lái xe": "gplx",
    "trung học phổ thông": "thpt",
    "trung học cơ sở": "thcs",
    "đại học": "đh",
    "sách giáo khoa": "sgk",
    "thực phẩm chức năng": "tpcn",
    "bất động sản": "bđs bds",
    "trung tâm y tế": "ttyt",
    "công an xã": "cax",
    "hướng dẫn": "hdan hdẫn",
    "đúng": "đúg",
    "những": "nhữg nhg",
    "nhưng": "nhưg",
    "trong": "trog trg",
    "cùng": "cùg",
    "lừa đảo": "lđảo",
    "chuyển khoản": "ckhoan ckhoản",
    "đang": "đag đg",
    "phải": "fải",
    "phòng": "fòng",
    "trường hợp": "trhop trhợp",
    "mẹ": "mje",
    "anh em": "ae",
    "chị": "cj chj",
    "ông": "ôg",
    "chồng": "chồg ckồng ox",
    "vợ chồng": "vck",
    "giúp": "júp zúp",
    "giờ": "jờ zờ jo",
    "dữ": "dzữ zữ",
    "đó": "đóa",
    "kinh khủng": "kkhủng",
}
CHAT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {short: long for long, shorts in _SHORT_FORMS.items() for short in shorts.split()}
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """`long` where one of the neighbours (folded) stands just before, just after, or within `_NEAR` words."""

    long: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()


# Words on each side that count as near.
_NEAR: Final = 4


def _reading(long: str, before: str = "", after: str = "", near: str = "") -> _Reading:
    return _Reading(long, frozenset(before.split()), frozenset(after.split()), frozenset(near.split()))


_PRONOUNS: Final = "em e minh m mk mik toi tui t chi c anh a nguoi ng no co ba ong bac chung ho ai"
_MONEY: Final = "tien tr trieu khoan stk tk bank ngan nh qr coc so nham shop vietcombank mb momo phi ty nghin ngan"
_CODES: Final = (
    "vitamin cum gan nhom mau loai lop hang diem bang khu block toa phan muc khoan hepatitis vi sieu virus he "
    "day to doi"
    " viem phu luc vit hemoglobin omega type tuyp phuong hinh cau de ma"
)
# What stands after a pronoun.
_DOING: Final = (
    "hoi oi moi nghe thay dang co cung bi nha muon xin can o doc vua la se da khong ko k hk hok khg kg chua ten "
    "lam di nho dinh so lo"
    " tuong biet hieu nghi cam mua nhan duoc dc bao noi gui ban chi chuyen hay thi toan chong con me bo gai dau xem tin"
)
# What stands before a pronoun.
_ASKING: Final = (
    "cho cua voi vs mn ad bac chu nha ck vk chong vo hoi me ba co thay giup gium dum ho nhu bao "
    "noi tui bon cac may chung tu"
)

# Readings are tried in order; the last string is the reading without any sign, "" for: stays as written.
_CONTEXT: Final[Mapping[str, tuple[tuple[_Reading, ...], str]]] = {
    "k": (
        (
            _reading("k", before="benh vien bv ung thu khoi u vitamin nhom loai hang",
                after="phoi vu gan giap mau da tuyen"),
            _reading("k", after="dong vnd ngan"),
        ),
        "không",
    ),
    "kh": ((_reading("khách hàng", before="quy cac ma thong tin"),), "không"),
    "hôn": ((_reading("hôn", before="ket ly ga cau chung hoa tan nu da",
        after="nhan le me man thu uoc phu the moi ma tay"),), ""),
    "dk": ((_reading("đăng ký", near="sim goi xe hoc thi tam tru thue bao kiem hon lop mang app"),
        _reading("điều kiện", before="du co")), "được"),
    "đk": ((_reading("đăng ký", near="sim goi xe hoc thi tam tru thue bao kiem hon lop mang app"),
        _reading("điều kiện", before="du co")), "được"),
    "ck": (
        (
            _reading("chồng", before="vk vo hai voi vs cua lay bo",
                after="con em e minh mk mik toi tui chi c t no nha ban b di bi"),
            _reading("chuyển khoản", near=_MONEY),
            _reading("chứng khoán", before="san thi", near="co phieu dau tu san"),
        ),
        "chuyển khoản",
    ),
    "tk": ((_reading("thằng", before="may cai", after="kia nay do nhoc be con cha nao"),), "tài khoản"),
    "bn": (
        (
            _reading("bệnh nhân", before="ca cac nhieu so nu nam mot",
                after="covid f0 so bi duoc tu nang nhiem mac", near="nhiem benh vien bv"),
            _reading("bạn", before="cac may cho cua nhung", after="oi"),
        ),
        "bao nhiêu",
    ),
    "bt": ((_reading("biết", before="ai k ko khong chua deu cung moi co hk hok", after="ro roi dau khong ko k"),),
        "bình thường"),
    "bh": ((_reading("bảo hiểm", near="the y te xa hoi dong tham gia nhan tho phi mua goi"),), "bây giờ"),
    "bg": ((), "bao giờ"),
    "mk": ((_reading("mật khẩu", before="doi ma ten quen lo cung", near="otp pass tk tai khoan dang nhap"),), "mình"),
    "cmt": ((_reading("chứng minh thư", before="so the lam chup can mat doi anh", near="cccd cmnd ho khau vay"),),
        "bình luận"),
    "nc": ((_reading("nói chuyện", before="hay dang ngoi muon", after="vs voi dien rieng"),), "nước"),
    "nt": ((), "nhắn tin"),
    "gd": (
        (
            _reading("giáo dục", before="bo so nganh phong cua", after="dt đt dao"),
            _reading("giao dịch", near="tien tk tai khoan ngan hang nh phi chung khoan ck otp"),
        ),
        "gia đình",
    ),
    "gđ": ((_reading("giám đốc", before="pho tong ong ba anh chi", after="cong cty cti so cong an benh bv"),),
        "gia đình"),
    "hs": ((_reading("hồ sơ", before="nop bo lam bo gui rut", after="vay benh xin"),), "học sinh"),
    "ph": ((_reading("phụ huynh", before="cac hoi nhieu hop", after="hs lop hoc va"),), ""),
    "hn": ((_reading("hôm nay", before="sang chieu toi", after="e em minh troi toi di nghe doc thay moi"),), "hà nội"),
    "dt": ((_reading("diện tích", after="dat nha san m2", near="m2 ha"), _reading("đào tạo", before="gd")),
        "điện thoại"),
    "đn": ((_reading("đồng nai", before="bien hoa tinh"),), "đà nẵng"),
    "tp": ((), "thành phố"),
    "ql": ((_reading("quốc lộ", after="1 1a 5 5b 6 14 20 51 91"),), "quản lý"),
    "qh": ((_reading("quan hệ", after="tinh voi vs"),), "quốc hội"),
    "sk": ((_reading("sự kiện", before="tham chuoi to"),), "sức khỏe"),
    "vc": ((_reading("vợ chồng", before="hai 2", after="em e minh tre nha"), _reading("việc",
        before="cong lam cai di xin")), ""),
    "nv": ((_reading("nhiệm vụ", before="lam nhan hoan", after="online"),), "nhân viên"),
    "ms": ((_reading("mới", before="em e minh m toi t hom vua gio co",
        after="nghe doc thay biet bi mua dc duoc di co len ra xem"),), ""),
    "pk": ((_reading("phải không", near="dung"), _reading("phòng khám", after="tu da")), ""),
    "h": ((_reading("giờ", before="may bay gio den toi tu", after="sao thi nay moi lam phai con em e minh"),), ""),
    "q": ((_reading("quận", after="1 2 3 4 5 6 7 8 9 10 11 12 tan binh go phu thu"),), ""),
    "p": ((_reading("phường", after="1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 tan an ben"), _reading("phút",
        before="5 10 15 20 30")), ""),
    "e": ((_reading("e", before=_CODES, after="coli learning mail"), _reading("em", before=_ASKING, after=_DOING)), ""),
    "a": ((_reading("a", before=_CODES), _reading("anh", after="oi chi em e bi nao kia ban")), ""),
    "c": ((_reading("c", before=_CODES + " do"), _reading("chị", after="oi em e nao kia ban")), ""),
    "b": ((_reading("b", before=_CODES), _reading("bạn", before="cac may cho cua", after="oi nao")), ""),
    "v": ((_reading("vậy", before="ko k khong sao gi j the nhu hk hok nao giờ gio", after="ta nhi a ha"),), ""),
    "ac": ((_reading("anh chị", before="cac cho may", after="oi cho em e"),), ""),
    "đh": ((_reading("đơn hàng", before="ma giao huy nhan", after="cua so"),), "đại học"),
    "qđ": ((_reading("quân đội", before="benh vien bv"),), "quyết định"),
    "nđ": ((), "nghị định"),
    "tt": ((_reading("thông tin", before="co cac dinh nhung", after="nay ve sai that"), _reading("thanh toán",
        near="tien phi")), ""),
    "tb": ((_reading("thông báo", before="nhan co", after="tu cua ve"),), ""),
    "kq": ((), "kết quả"),
}  # fmt: skip
IN_CONTEXT: Final = frozenset(_CONTEXT)
# In capitals these are codes, names or units rather than chat.
_NOT_CAPITAL: Final = frozenset("k h q p e a c b v ms ac tt tb vc ph pk kh".split())


def choose(lowered: Sequence[str], place: int, word: str) -> str:
    """The long form of `word`, the one at `place`, by its neighbours; the word itself where they do not tell."""
    short = lowered[place]
    if word != short and short in _NOT_CAPITAL:
        return word
    readings, default = _CONTEXT[short]
    before = fold(lowered[place - 1]) if place else ""
    after = fold(lowered[place + 1]) if place + 1 < len(lowered) else ""
    if short == "k" and before.isdigit():
        return word
    for reading in readings:
        if before in reading.before or after in reading.after:
            return word if reading.long == short else reading.long
        if reading.near:
            near = (*lowered[max(0, place - _NEAR) : place], *lowered[place + 1 : place + 1 + _NEAR])
            if any(fold(other) in reading.near for other in near):
                return reading.long
    return default or word
