"""What the style page shows: invented samples, each long enough to break a weak layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from sangto.lib.codes import RumourState, Topic, Verdict
from sangto.ui.icons import ICONS
from sangto.ui.types import AnswerCard, EvidenceCard, LogLine, TreeNode


class SampleForm(forms.Form):
    claim = forms.CharField(
        label="Điều cần kiểm chứng", help_text="Một câu mà bằng chứng có thể trả lời.", max_length=300
    )
    topic = forms.ChoiceField(label="Chủ đề", choices=[("", "—"), *[(code.value, code.vi) for code in Topic]])
    address = forms.EmailField(label="Thư điện tử", required=False, help_text="Để báo cho bạn khi có câu trả lời.")
    wants = forms.BooleanField(label="Báo cho tôi cả khi có đính chính", required=False)
    stance = forms.ChoiceField(
        label="Nguồn này nói gì về điều đó?",
        widget=forms.RadioSelect,
        choices=[("supports", "Ủng hộ"), ("refutes", "Bác bỏ"), ("context", "Bối cảnh")],
    )


class AskSample(forms.Form):
    text = forms.CharField(
        label="Tin bạn nhận được",
        widget=forms.Textarea(
            attrs={"rows": 5, "data-most": "20000", "placeholder": "Dán nguyên văn tin nhắn vào đây…"}
        ),
        help_text="Dán nguyên văn cũng được, không dấu cũng được.",
    )


@dataclass(frozen=True, slots=True)
class BoardRow:
    number: int
    claim: str
    topic: str
    tips: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class BoardColumn:
    state: str
    rows: tuple[BoardRow, ...]


def _tree() -> tuple[TreeNode, ...]:
    end = TreeNode("Viết bài trả lời", "end", answer="Có")
    expert = TreeNode("Ai là người am hiểu nhất?", "question", taken=True, here=True, answer="Khẩn cấp")
    urgent = TreeNode("Có ai đang gặp nguy hiểm không?", "question", taken=True, answer="Được", children=(expert, end))
    closed = TreeNode("Đóng: không phải điều kiểm chứng được", "end", answer="Không")
    return (TreeNode("Bằng chứng có thể trả lời điều này không?", "question", taken=True, children=(urgent, closed)),)


def sample() -> dict[str, Any]:
    now = timezone.now()
    cards = [
        ("Uống nước cốt chanh nóng mỗi sáng tiêu diệt tế bào ung thư", Verdict.FALSE, Topic.HEALTH),
        (
            "Từ ngày 1/7 khách hàng phải cập nhật sinh trắc học qua đường link ngân hàng gửi",
            Verdict.MISLEADING,
            Topic.FRAUD,
        ),
        ("Muỗi truyền sốt xuất huyết đốt chủ yếu vào ban ngày", Verdict.TRUE, Topic.HEALTH),
        ("Sạc điện thoại qua đêm làm chai pin nhanh hơn", Verdict.MOSTLY_TRUE, Topic.TECHNOLOGY),
        ("Sẽ có động đất lớn ở miền Bắc trong tháng này", Verdict.UNPROVEN, Topic.DISASTER_WEATHER),
    ]
    rows = (
        BoardRow(
            41, "Đập thủy điện sắp vỡ, người dân hạ du phải chạy ngay trong đêm", "disaster_weather", 212, late=True
        ),
        BoardRow(40, "SIM sẽ bị khóa hai chiều sau hai giờ nếu không gọi lại", "fraud", 37),
        BoardRow(38, "Gạo nhựa được trộn bán ở chợ đầu mối", "food", 4),
    )
    form = SampleForm({"claim": "", "address": "khong-phai-thu", "stance": "refutes"})
    return {
        "verdicts": list(Verdict),
        "states": list(RumourState),
        "icon_names": list(ICONS),
        "cards": [
            AnswerCard(
                url="#",
                claim=claim,
                verdict=verdict.value,
                topic=topic.value,
                short_answer="Không có bằng chứng cho điều này. Cơ quan y tế và các nghiên cứu đã đăng đều nói khác.",
                published_at=now - timedelta(hours=30 * index + 2),
            )
            for index, (claim, verdict, topic) in enumerate(cards)
        ],
        "evidence": EvidenceCard(
            title="Lemon: a superfood that kills cancer cells?",
            url="https://example.org/lemon",
            organisation="Viện nghiên cứu ví dụ",
            passage="Drinking hot lemon water does not treat cancer. No clinical study supports that claim.",
            passage_lang="en",
            translation="Uống nước chanh nóng không chữa được ung thư. Chưa nghiên cứu lâm sàng nào ủng hộ điều đó.",
            published_on=date(2023, 5, 9),
            opened_on=date(2025, 3, 2),
            stance="refutes",
            quality="expert",
        ),
        "form": form,
        "empty_form": SampleForm(),
        "ask": AskSample(),
        "sample_page": Paginator(range(90), 10).page(3),
        "lines": [
            LogLine(now - timedelta(minutes=4), "Trần Thị Bích Ngọc", "đã gửi bài để duyệt", icon="send"),
            LogLine(
                now - timedelta(hours=3), "Lê Quốc Ưng", "đã thêm một nguồn", "Trang của Viện nghiên cứu ví dụ", "link"
            ),
            LogLine(now - timedelta(days=2), "Hệ thống", "đã mở tin đồn từ 3 tin báo", icon="flag"),
        ],
        "nodes": _tree(),
        "columns": [
            BoardColumn("new", rows),
            BoardColumn("investigating", rows[1:]),
            BoardColumn("in_review", rows[2:]),
            BoardColumn("answered", rows[:2]),
        ],
        "at": now - timedelta(minutes=25),
        "tip": "nghe noi uong nuoc chanh nong buoi sang la het ung thu, ai cung nen biet!!!",
    }
