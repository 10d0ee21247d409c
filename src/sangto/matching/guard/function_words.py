"""Words that carry no meaning of their own: grammar, particles, forms of address, frames of questions (folded)."""

from __future__ import annotations

from typing import Final

VIETNAMESE: Final = frozenset(
    (
        "la va cua cho voi cac nhung mot nay do kia ay thi ma se da dang duoc bi co o tu den tren duoi trong ngoai khi "
        "neu vi nen de cung rat qua lai ra vao len xuong hay hoac nhu the vay gi ai nao sao phai boi theo ve con moi "
        "nguoi toi ban a ah oi ak nhi nhe nha nhay z v r ha hen ta tao may minh em anh chi chu bac co di me ba bo ong "
        "cau dung that hong hem khong ko chang cha chua luon roi dau day do ne nek chu thoi nua van deu chi vua dau "
        "mn mng ad admin cu nhau tui tung tai bang qua ca tat toan lam hoi xin kinh gui xem gium giup voi nghe thay "
        "bao noi rang rua mo te nhe nhen dzay dzo bua hom nguyen voi y ni no ho han tro biet thay tuong tha kieu "
        "tinh hinh cha chac len bi xong lien ngay sap dinh nao bu he hehe huhu haha hihi trời troi oi gioi quy vi "
    ).split()
)
ENGLISH: Final = frozenset(
    (
        "a an the of and to in on at for with by is are was were be been being am has have had it its this that these "
        "those from as or do does did will would can could should may might must your you we they he she his her their "
        "our us them me my mine i there here any so if then than too also just very really actually true fake real "
        "please anyone someone know heard hear read saw see say says said people tell told claim claims claiming about "
        "into out up down off over under again what who which when where why how ok hi hello guys hey lol omg wow "
        "but not no dont doesnt didnt isnt arent wasnt wont cant one some something thing going go get gets got im ive "
        "yes right wrong post posts news rumor rumour story facebook seems seem like keep keeps while because "
        "ever even yet still already now by per via"
    ).split()
)
FUNCTION_WORDS: Final = VIETNAMESE | ENGLISH
# The Vietnamese ones as written: "bộ", "mã", "bơ" and "tai" say something, "bỏ", "mà", "bở" and "tại" may not.
MARKED: Final = frozenset(
    (
        "là và của cho với các những một này nầy đó kia ấy thì mà sẽ đã đang được bị có ở tự từ đến tới trên dưới "
        "trong ngoài khi nếu vì nên để cũng rất quá lại ra vào lên xuống hay hoặc như thế vậy vầy gì ai nào sao phải "
        "bởi theo về mọi mỗi tôi bạn à ạ ơi ớ nhỉ nhé nha nhá rồi hả há hen ta tao mày mình em anh chị không ko chẳng "
        "chả chưa luôn đâu dạ dạy nè nữa vẫn đều chỉ vừa thôi mới bằng qua cả tất toàn hết xin kính giúp giùm dùm nghe "
        "thấy bảo nói rằng thật đúng thiệt hông hổng hỏi xong liền ngay sắp nỗi nổi việc chuyện tin đồn do tại cùng "
        "còn thêm chính cái con chiếc cứ hơn nhất lắm"
    ).split()
)
# Of the English ones, those that name something where they stand in another's place.
_THINGS: Final = frozenset("facebook news post posts story rumor rumour people".split())


def tells(word: str, *, vietnamese: bool) -> bool:
    """Whether a lower-case word, with its diacritics, says something of its own: a thing, a name, a number, a deed."""
    if len(word) < 2 and not word.isdigit():
        return False
    return word not in MARKED if vietnamese else word not in ENGLISH or word in _THINGS
