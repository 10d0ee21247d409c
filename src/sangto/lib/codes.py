"""The closed lists of the design, as codes with a label in each language.

A list is closed in code on purpose: what is not here cannot be recorded. There is no list for ideology, loyalty, party
or anything alike, and no task of kind "share", "comment" or "report".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

LANGUAGES = ("vi", "en")


class Code(StrEnum):
    """One closed list: the value is stored, the label is shown."""

    vi: str
    en: str

    # The labels have defaults only because type checkers read the look-up `Verdict("true")` as a call of this.
    def __new__(cls, value: str, vi: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.vi = vi
        member.en = en
        return member

    def label(self, lang: str) -> str:
        """The word shown to a person who reads `lang`; English for a language we do not have."""
        return self.vi if lang.startswith("vi") else self.en

    @classmethod
    def values(cls) -> list[str]:
        return [member.value for member in cls]

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """For a model field's `choices`: English, since a choice's text is never what a page shows."""
        return [(member.value, member.en) for member in cls]


class Verdict(Code):
    TRUE = "true", "Đúng", "True"
    MOSTLY_TRUE = "mostly_true", "Phần lớn đúng", "Mostly true"
    MISLEADING = "misleading", "Gây hiểu lầm", "Misleading"
    FALSE = "false", "Sai", "False"
    UNPROVEN = "unproven", "Chưa có bằng chứng", "Unproven"


class RumourState(Code):
    NEW = "new", "Mới", "New"
    TRIAGED = "triaged", "Đã phân loại", "Triaged"
    INVESTIGATING = "investigating", "Đang kiểm chứng", "Investigating"
    IN_REVIEW = "in_review", "Chờ duyệt", "In review"
    ANSWERED = "answered", "Đã trả lời", "Answered"
    CLOSED = "closed", "Đã đóng", "Closed"
    MERGED = "merged", "Đã gộp", "Merged"


class ClosingReason(Code):
    OPINION = "opinion", "Ý kiến", "Opinion"
    SATIRE = "satire", "Châm biếm", "Satire"
    PREDICTION = "prediction", "Dự đoán", "Prediction"
    VALUE_JUDGEMENT = "value_judgement", "Đánh giá giá trị", "Value judgement"
    NO_CLAIM = "no_claim", "Không có điều gì để kiểm chứng", "No claim"
    PRIVATE_MATTER = "private_matter", "Chuyện riêng tư", "Private matter"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "Không đủ bằng chứng", "Not enough evidence"
    SPAM = "spam", "Tin rác", "Spam"


class Topic(Code):
    HEALTH = "health", "Sức khỏe", "Health"
    FOOD = "food", "Thực phẩm", "Food"
    DISASTER_WEATHER = "disaster_weather", "Thiên tai, thời tiết", "Disaster and weather"
    FRAUD = "fraud", "Lừa đảo", "Fraud"
    TRAFFIC = "traffic", "Giao thông", "Traffic"
    TECHNOLOGY = "technology", "Công nghệ", "Technology"
    ECONOMY = "economy", "Kinh tế", "Economy"
    EDUCATION = "education", "Giáo dục", "Education"
    PUBLIC_SERVICES = "public_services", "Dịch vụ công", "Public services"
    LAW = "law", "Pháp luật", "Law"
    ENVIRONMENT = "environment", "Môi trường", "Environment"
    SCIENCE = "science", "Khoa học", "Science"
    CULTURE_SPORT = "culture_sport", "Văn hóa, thể thao", "Culture and sport"
    PUBLIC_AFFAIRS = "public_affairs", "Việc công", "Public affairs"


class TaskKind(Code):
    FIND_SOURCE = "find_source", "Tìm nguồn", "Find a source"
    ASK_EXPERT = "ask_expert", "Hỏi chuyên gia", "Ask an expert"
    CONTACT_BODY = "contact_body", "Liên hệ cơ quan", "Contact a body"
    CAPTURE = "capture", "Lưu bằng chứng", "Capture"
    TRANSLATE = "translate", "Dịch", "Translate"
    WRITE = "write", "Viết", "Write"
    REVIEW = "review", "Duyệt", "Review"
    ILLUSTRATE = "illustrate", "Minh họa", "Illustrate"
    CALL_BACK = "call_back", "Gọi lại", "Call back"


class SpeakerKind(Code):
    PUBLIC_BODY = "public_body", "Cơ quan công quyền", "Public body"
    OFFICIAL = "official", "Người có chức vụ, phát ngôn chính thức", "Official speaking as such"
    COMPANY = "company", "Doanh nghiệp", "Company"
    MEDIA = "media", "Báo chí", "Media"
    ORGANISATION = "organisation", "Tổ chức", "Organisation"
    PROFESSIONAL = "professional", "Người hành nghề", "Professional"
    GENERATED = "generated", "Do máy tạo", "Generated"
    UNKNOWN = "unknown", "Không rõ", "Unknown"


class RoleCode(Code):
    ADMIN = "admin", "Quản trị", "Administrator"
    LEAD = "lead", "Phụ trách", "Lead"
    EDITOR = "editor", "Biên tập viên", "Editor"
    REVIEWER = "reviewer", "Người duyệt", "Reviewer"
    TRAINER = "trainer", "Giảng viên", "Trainer"
    FACILITATOR = "facilitator", "Điều phối diễn tập", "Facilitator"
    EVALUATOR = "evaluator", "Người đánh giá", "Evaluator"
    READER = "reader", "Người đọc", "Reader"


class DeskKind(Code):
    LIVE = "live", "Thật", "Live"
    DRILL = "drill", "Diễn tập", "Drill"


class Stance(Code):
    SUPPORTS = "supports", "Ủng hộ", "Supports"
    REFUTES = "refutes", "Bác bỏ", "Refutes"
    CONTEXT = "context", "Bối cảnh", "Context"


class SourceQuality(Code):
    PRIMARY = "primary", "Nguồn gốc", "Primary"
    OFFICIAL = "official", "Chính thức", "Official"
    EXPERT = "expert", "Chuyên gia", "Expert"
    MEDIA = "media", "Báo chí", "Media"
    USER = "user", "Người dùng", "User"


class CorrectionKind(Code):
    TYPO = "typo", "Sửa lỗi chữ", "Typo"
    UPDATE = "update", "Cập nhật", "Update"
    CORRECTION = "correction", "Đính chính", "Correction"
    RETRACTION = "retraction", "Rút lại", "Retraction"


class ArticleState(Code):
    DRAFT = "draft", "Bản nháp", "Draft"
    IN_REVIEW = "in_review", "Chờ duyệt", "In review"
    PUBLISHED = "published", "Đã đăng", "Published"
    RETRACTED = "retracted", "Đã rút", "Retracted"


class ReviewDecision(Code):
    APPROVE = "approve", "Đồng ý", "Approve"
    CHANGES = "changes", "Cần sửa", "Changes needed"


class TipState(Code):
    ANSWERED = "answered", "Đã trả lời", "Answered"
    SUGGESTED = "suggested", "Chờ người hỏi xác nhận", "Waiting for the asker's word"
    WAITING = "waiting", "Đang kiểm chứng", "Being checked"
    CLOSED = "closed", "Đã đóng", "Closed"


class DoorKind(Code):
    WEB = "web", "Trang web", "Web page"
    API = "api", "API", "API"


class DocumentKind(Code):
    ANSWER = "answer", "Câu trả lời", "Answer"
    OPEN = "open", "Tin đồn đang mở", "Open rumour"


class Priority(Code):
    """How soon an answer is owed: the result of triage, or an editor's word with a reason."""

    URGENT = "urgent", "Khẩn", "Urgent"
    HIGH = "high", "Cao", "High"
    NORMAL = "normal", "Thường", "Normal"
    LOW = "low", "Thấp", "Low"


class Harm(Code):
    """What people may lose who believe it."""

    SAFETY = "safety", "Nguy hiểm tính mạng", "Danger to life"
    HEALTH = "health", "Hại sức khỏe", "Harm to health"
    MONEY = "money", "Mất tiền của", "Loss of money"


class Urgency(Code):
    """By when people will act on it."""

    NOW = "now", "Ngay bây giờ", "At once"
    TODAY = "today", "Trong ngày", "Today"
    DAYS = "days", "Trong vài ngày", "Within days"
    NONE = "none", "Không gấp", "Not pressing"


class PauseReason(Code):
    """Why a clock stands still."""

    WAITS_FOR_BODY = "waits_for_body", "Chờ cơ quan trả lời", "Waiting for a public body"
    WAITS_FOR_EXPERT = "waits_for_expert", "Chờ chuyên gia", "Waiting for an expert"
    WAITS_FOR_SOURCE = "waits_for_source", "Chờ nguồn tài liệu", "Waiting for a source"
    EMBARGO = "embargo", "Chưa được công bố", "Under embargo"
    FORCE = "force", "Mất điện, mất mạng, thiên tai", "Power cut, no network, disaster"


class RumourLinkKind(Code):
    """How two rumours belong together without being the same claim."""

    SAME_THEME = "same_theme", "Cùng chủ đề, một bài trả lời chung", "Same theme, worth one article"
    FOLLOWS = "follows", "Tiếp theo tin kia", "Grew out of the other"
    CONTRADICTS = "contradicts", "Trái với tin kia", "Says the opposite of the other"


class EnquiryState(Code):
    """Where the answer to a question of the press stands."""

    OPEN = "open", "Chờ soạn", "To be worded"
    WORDED = "worded", "Chờ duyệt lời", "Wording waits for approval"
    APPROVED = "approved", "Đã duyệt lời", "Wording approved"
    ANSWERED = "answered", "Đã trả lời", "Answered"
    DECLINED = "declined", "Không trả lời", "Declined"


class UnitKind(Code):
    """What a node of the organisation tree is. The first three are areas, from large to small."""

    PROVINCE = "province", "Tỉnh, thành phố", "Province or city"
    DISTRICT = "district", "Huyện, quận", "District"
    COMMUNE = "commune", "Xã, phường", "Commune or ward"
    ORGANISATION = "organisation", "Tổ chức", "Organisation"
    NEWSROOM = "newsroom", "Tòa soạn", "Newsroom"
    DEPARTMENT = "department", "Ban, phòng", "Department"
    DESK = "desk", "Tổ, bàn", "Desk"


class SuspensionReason(Code):
    """Why an account rests for a time: what has to be settled, never what somebody thinks."""

    ABSENT = "absent", "Vắng mặt dài ngày", "Away for long"
    ACCOUNT_AT_RISK = "account_at_risk", "Tài khoản có thể bị lộ", "The account may be in other hands"
    RULES_UNDER_REVIEW = (
        "rules_under_review",
        "Đang xem xét việc làm trái quy tắc của bàn",
        "A breach of the desk's rules is looked into",
    )
    OWN_WISH = "own_wish", "Theo nguyện vọng cá nhân", "At their own wish"


class CollaboratorKind(Code):
    """What a collaborator does for a desk."""

    CORRESPONDENT = "correspondent", "Cộng tác viên tại chỗ", "Local correspondent"
    EXPERT = "expert", "Chuyên gia", "Expert"
    TRANSLATOR = "translator", "Người dịch", "Translator"
    ILLUSTRATOR = "illustrator", "Người vẽ, chụp ảnh", "Illustrator or photographer"
    TRAINER = "trainer", "Giảng viên", "Trainer"
    TECHNICIAN = "technician", "Kỹ thuật viên", "Technician"


class SpokenLanguage(Code):
    """Languages people of a desk may speak: those of Viet Nam and of those who often ask there (ISO 639)."""

    VI = "vi", "Tiếng Việt", "Vietnamese"
    EN = "en", "Tiếng Anh", "English"
    FR = "fr", "Tiếng Pháp", "French"
    ZH = "zh", "Tiếng Trung", "Chinese"
    JA = "ja", "Tiếng Nhật", "Japanese"
    KO = "ko", "Tiếng Hàn", "Korean"
    RU = "ru", "Tiếng Nga", "Russian"
    DE = "de", "Tiếng Đức", "German"
    LO = "lo", "Tiếng Lào", "Lao"
    TH = "th", "Tiếng Thái Lan", "Thai"
    KM = "km", "Tiếng Khmer", "Khmer"
    CJM = "cjm", "Tiếng Chăm", "Cham"
    TYZ = "tyz", "Tiếng Tày", "Tay"
    BLT = "blt", "Tiếng Thái", "Tai Dam"
    MTQ = "mtq", "Tiếng Mường", "Muong"
    HMN = "hmn", "Tiếng Mông", "Hmong"
    NUT = "nut", "Tiếng Nùng", "Nung"
    IUM = "ium", "Tiếng Dao", "Mien"
    JRA = "jra", "Tiếng Gia Rai", "Jarai"
    RAD = "rad", "Tiếng Ê Đê", "Rade"
    BDQ = "bdq", "Tiếng Ba Na", "Bahnar"
    HAB = "hab", "Ngôn ngữ ký hiệu", "Sign language"


ALL_LISTS: dict[str, type[Code]] = {
    "verdict": Verdict,
    "rumour_state": RumourState,
    "closing_reason": ClosingReason,
    "topic": Topic,
    "task_kind": TaskKind,
    "speaker_kind": SpeakerKind,
    "role": RoleCode,
    "desk_kind": DeskKind,
    "stance": Stance,
    "source_quality": SourceQuality,
    "correction_kind": CorrectionKind,
    "article_state": ArticleState,
    "review_decision": ReviewDecision,
    "tip_state": TipState,
    "door_kind": DoorKind,
    "document_kind": DocumentKind,
    "priority": Priority,
    "harm": Harm,
    "urgency": Urgency,
    "pause_reason": PauseReason,
    "rumour_link_kind": RumourLinkKind,
    "enquiry_state": EnquiryState,
    "unit_kind": UnitKind,
    "suspension_reason": SuspensionReason,
    "collaborator_kind": CollaboratorKind,
    "spoken_language": SpokenLanguage,
}
