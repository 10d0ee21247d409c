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
