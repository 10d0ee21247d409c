"""Made-up claims for measuring, as many as are wanted and each different, with another wording of each.

They have the shape of claims that go round (a food and an illness, a day and a disaster, a fine and its sum), in both
languages. Many differ in one detail only, which is harder than life: figures from them are said to be of made-up texts.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Pair = tuple[str, str]


def _pairs(words: str) -> tuple[Pair, ...]:
    """Vietnamese=English, with bars between."""
    found = (pair.partition("=") for pair in words.split("|"))
    return tuple((vi, en) for vi, _, en in found)


_PLACES: Final = (
    "Hà Nội|Huế|Đà Nẵng|Hải Phòng|Cần Thơ|Quảng Ninh|Lạng Sơn|Cao Bằng|Lào Cai|Điện Biên|Lai Châu|Sơn La|Thái Nguyên|"
    "Phú Thọ|Bắc Ninh|Hưng Yên|Ninh Bình|Thanh Hóa|Nghệ An|Hà Tĩnh|Quảng Trị|Quảng Ngãi|Gia Lai|Đắk Lắk|Khánh Hòa|"
    "Lâm Đồng|Đồng Nai|Tây Ninh|Đồng Tháp|An Giang|Vĩnh Long|Cà Mau|Tuyên Quang|Bến Tre|Bình Thuận|Phú Yên|Kon Tum|"
    "Hòa Bình|Nam Định|Thái Bình|Hà Giang"
).split("|")
_FOODS: Final = _pairs(
    "tỏi sống=raw garlic|nước chanh ấm=warm lemon water|lá đu đủ=papaya leaves|mật ong=honey|"
    "nghệ tươi=fresh turmeric|gừng nướng=roasted ginger|tía tô=perilla|rau má=pennywort|đậu đen=black beans|"
    "mướp đắng=bitter melon|lá ổi=guava leaves|hành tây=onions|trà xanh=green tea|dầu dừa=coconut oil|"
    "lô hội=aloe|hạt chia=chia seeds|giấm táo=apple vinegar|nấm linh chi=reishi mushrooms|yến sào=bird's nest|"
    "sữa non=colostrum|lá vối=voi leaves|đông trùng=cordyceps|nước kiềm=alkaline water"
)
_ILLNESSES: Final = _pairs(
    "ung thư=cancer|tiểu đường=diabetes|cao huyết áp=high blood pressure|sốt xuất huyết=dengue|"
    "viêm gan=hepatitis|hen suyễn=asthma|bệnh gút=gout|đau dạ dày=stomach ulcers|mất ngủ=insomnia|cúm mùa=flu|"
    "tay chân miệng=hand-foot-mouth|thủy đậu=chickenpox|bệnh sởi=measles|sỏi thận=kidney stones|"
    "viêm khớp=arthritis|rụng tóc=hair loss|gan nhiễm mỡ=fatty liver|đột quỵ=stroke|đau mắt đỏ=pink eye|"
    "trầm cảm=depression|viêm xoang=sinusitis|bệnh dại=rabies"
)
_DISASTERS: Final = _pairs(
    "vỡ đập=a dam breaks|động đất lớn=a big earthquake strikes|sóng thần=a tsunami comes|"
    "siêu bão=a super typhoon lands|lũ quét=a flash flood comes|mưa đá to=giant hail falls|"
    "sạt lở núi=a mountain slides|mất điện toàn tỉnh=the whole province loses power"
)
_ACTS: Final = _pairs(
    "không bật đèn xe ban ngày=riding without a light by day|đi dép lê=riding in slippers|"
    "đeo tai nghe=wearing earphones|chở hai trẻ em=carrying two children|quên giấy tờ=forgetting the papers|"
    "rửa xe ngoài đường=washing a bike in the street|treo đồ trên xe=hanging bags on the bike|"
    "dừng dưới gầm cầu=stopping under a bridge|mặc áo mưa cánh dơi=wearing a wide raincoat"
)
_GOODS: Final = _pairs(
    "xăng=petrol|gạo=rice|điện=electricity|muối=salt|thịt lợn=pork|vé tàu Tết=holiday train tickets|"
    "sách giáo khoa=school books|nước sạch=tap water|khẩu trang=face masks|vàng miếng=gold bars|trứng gà=eggs"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One claim: as the desk writes it in both languages, and as two people ask about it."""

    claim_vi: str
    claim_en: str
    asked: str
    asked_otherwise: str
    title: str
    short_answer: str


# Prime to a million, so that neighbours in number have little in common.
_STRIDE: Final = 611_953
MOST: Final = 1_000_000


def subject(number: int) -> Subject:
    """Different for every number below a million."""
    number = number * _STRIDE % MOST
    family, rest = number % 5, number // 5
    rest, place = divmod(rest, len(_PLACES))
    where = _PLACES[place]
    if family == 0:
        rest, (food, food_en) = _take(rest, _FOODS)
        rest, (ill, ill_en) = _take(rest, _ILLNESSES)
        days = rest + 3
        return _made(
            f"Người dân {where} ăn {food} {days} ngày thì khỏi {ill}",
            f"People in {where} were cured of {ill_en} by eating {food_en} for {days} days",
            f"Nghe nói ở {where} ai bị {ill} chỉ cần dùng {food} trong {days} ngày là hết bệnh, có đúng không ạ?",
            f"Cho hỏi {food} có chữa được {ill} trong {days} ngày như bà con {where} kể không?",
        )
    if family == 1:
        rest, (event, event_en) = _take(rest, _DISASTERS)
        rest, month = divmod(rest, 12)
        year, day = divmod(rest, 28)
        date = f"{day + 1}/{month + 1}/{2026 + year}"
        return _made(
            f"{where} sẽ có {event} vào ngày {date}",
            f"In {where}, {event_en} on {date}",
            f"Mọi người ơi có tin báo {date} này {event} ở {where}, phải chạy không?",
            f"Tin nhắn nói {event} sắp xảy ra tại {where} ngày {date} là thật hay giả?",
        )
    if family == 2:
        rest, (act, act_en) = _take(rest, _ACTS)
        amount = (rest + 1) * 50_000
        money = f"{amount:,}".replace(",", ".")
        return _made(
            f"Từ tháng sau, {where} phạt {money} đồng người {act} khi đi xe máy",
            f"From next month {where} fines riders {amount:,} dong for {act_en}",
            f"Có phải sắp tới ở {where} cứ {act} lúc chạy xe máy là bị phạt {money} đồng?",
            f"Bạn mình bảo công an {where} phạt {money} đồng vì {act}, đúng luật không?",
        )
    if family == 3:
        rest, (ill, ill_en) = _take(rest, _ILLNESSES)
        count = rest * 7 + 12
        return _made(
            f"{count} học sinh ở {where} nhập viện vì {ill}, các trường đóng cửa",
            f"{count} pupils in {where} are in hospital with {ill_en} and schools are closed",
            f"Trường ở {where} cho nghỉ học hết vì {count} em bị {ill} hả mọi người?",
            f"Nhóm phụ huynh báo {where} có {count} ca {ill} trong trường học, tin này chuẩn không?",
        )
    rest, (goods, goods_en) = _take(rest, _GOODS)
    share = rest + 5
    return _made(
        f"Giá {goods} ở {where} tăng {share} phần trăm từ tuần tới",
        f"The price of {goods_en} in {where} rises by {share} percent from next week",
        f"Nghe đồn tuần sau {goods} tại {where} lên giá {share} phần trăm, có nên mua trữ không?",
        f"Sắp tăng {share} phần trăm giá {goods} ở {where} thật à?",
    )


def documents(claims: int, data: Path | None) -> Iterator[tuple[str, str, str]]:
    """That many (id, text to be found, message that asks for it): made up, or headline and summary of real news."""
    if data is None:
        for number in range(claims):
            made = subject(number)
            yield f"s{number}", made.claim_vi, made.asked
        return
    for number, row in enumerate(headlines(data)):
        if number == claims:
            return
        yield row[0], row[1], row[2]


def headlines(data: Path) -> Iterator[tuple[str, str, str]]:
    """Id, headline and summary of each item of `news.jsonl.gz` in the folder; those without a headline are left out."""
    with gzip.open(data / "news.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["title"].strip() and row["text"].strip():
                yield row["id"], row["title"], row["text"]


def _take(rest: int, choices: tuple[Pair, ...]) -> tuple[int, Pair]:
    rest, chosen = divmod(rest, len(choices))
    return rest, choices[chosen]


def _made(claim_vi: str, claim_en: str, asked: str, asked_otherwise: str) -> Subject:
    return Subject(
        claim_vi=claim_vi,
        claim_en=claim_en,
        asked=asked,
        asked_otherwise=asked_otherwise,
        title=f"Chưa có căn cứ cho tin: {claim_vi}",
        short_answer=f"Không đúng. Cơ quan có trách nhiệm không xác nhận tin “{claim_vi}”.",
    )
