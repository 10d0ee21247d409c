"""The tree of the organisation, and roles that are inherited down it."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cast as people
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM
from sangto.lib.codes import DeskKind, RoleCode, UnitKind
from sangto.network import rules, selectors, services
from sangto.network.models import Desk, Person, Role, Unit
from sangto.network.places import AREAS, may_stand_below
from sangto.network.signals import work_handed_over
from sangto.network.types import DeskInfo, InvalidUnit, LastAdmin

pytestmark = pytest.mark.django_db


class Tree:
    """Province → two districts → communes, with a desk at each commune and at the province."""

    def __init__(self) -> None:
        self.cast = people.make()
        self.province = unit("Tỉnh", "Province", UnitKind.PROVINCE)
        self.north = unit("Huyện Bắc", "North", UnitKind.DISTRICT, self.province)
        self.south = unit("Huyện Nam", "South", UnitKind.DISTRICT, self.province)
        self.village = unit("Xã Bắc", "Village", UnitKind.COMMUNE, self.north)
        self.coast = unit("Xã Nam", "Coast", UnitKind.COMMUNE, self.south)
        self.at_province = people.desk("tinh", "Bàn tỉnh", "Province desk", unit_id=self.province)
        self.at_village = people.desk("xa-bac", "Bàn xã Bắc", "Village desk", unit_id=self.village)
        self.at_coast = people.desk("xa-nam", "Bàn xã Nam", "Coast desk", unit_id=self.coast)
        self.someone = people.person("nu", "Người Nhà", unit_id=self.province)

    def grant(self, unit_id: uuid.UUID, code: RoleCode = RoleCode.EDITOR) -> None:
        services.grant_role(person_id=self.someone.id, desk_id=None, unit_id=unit_id, code=code, actor=SYSTEM)

    def desks(self) -> list[str]:
        return sorted(desk.slug for desk in selectors.desks_of(self.someone.viewer))


def unit(vi: str, en: str, kind: UnitKind, parent: uuid.UUID | None = None) -> uuid.UUID:
    return services.create_unit(name_vi=vi, name_en=en, kind=kind, parent_id=parent, actor=SYSTEM)


@pytest.fixture
def tree() -> Tree:
    return Tree()


def test_it_works(tree: Tree) -> None:
    tree.grant(tree.north)
    assert tree.desks() == ["xa-bac"]
    viewer = tree.someone.viewer
    assert rules.may(viewer, "rumours.work", tree.at_village)
    assert not rules.may(viewer, "rumours.work", tree.at_coast)
    assert not rules.may(viewer, "rumours.work", tree.at_province)
    assert not rules.may(viewer, "rumours.work", None)
    assert not viewer.is_admin


def test_a_role_at_the_top_reaches_every_desk_below_also_new_ones_and_drills(tree: Tree) -> None:
    tree.grant(tree.province)
    assert tree.desks() == ["tinh", "xa-bac", "xa-nam"]
    people.desk("dien-tap-xa", "Diễn tập xã", "Village drill", unit_id=tree.village, kind=DeskKind.DRILL)
    assert "dien-tap-xa" in tree.desks()


def test_an_administrator_of_a_unit_is_not_one_of_the_installation(tree: Tree) -> None:
    tree.grant(tree.province, RoleCode.ADMIN)
    viewer = tree.someone.viewer
    assert rules.may(viewer, "network.manage", tree.at_coast)
    assert not rules.may(viewer, "network.manage", None)
    assert not rules.may(viewer, "network.manage", tree.cast.desk)
    # Nor do they keep the installation alive.
    with pytest.raises(LastAdmin):
        services.revoke_role(person_id=tree.cast.admin.id, desk_id=None, code="admin", actor=SYSTEM)


def test_a_unit_whose_path_begins_alike_is_not_below(tree: Tree) -> None:
    """Paths are compared by whole steps: 0001 is no parent of 00010002's sibling branches."""
    roots = [unit(f"R{number}", f"R{number}", UnitKind.ORGANISATION) for number in range(3)]
    desks = [people.desk(f"r-{number}", "x", "x", unit_id=root) for number, root in enumerate(roots)]
    tree.grant(roots[1])
    assert tree.desks() == [desks[1].slug]


def test_who_is_asked_by_the_desk_agrees_with_what_the_person_may(tree: Tree) -> None:
    """People of a desk, one person at it and the viewer's roles are three ways to one answer."""
    tree.grant(tree.north, RoleCode.LEAD)
    services.grant_role(person_id=tree.someone.id, desk_id=tree.at_coast.id, code="reader", actor=SYSTEM)
    for desk in (tree.at_village, tree.at_coast, tree.at_province, tree.cast.desk):
        asked = {row.id: row.all_roles for row in selectors.people_of_desk(desk)}
        for someone in (tree.someone, tree.cast.editor, tree.cast.lead):
            held = {RoleCode(code) for code, where in someone.viewer.roles if where == desk.id}
            assert asked.get(someone.id, frozenset()) == held
            assert selectors.has_role_at(someone.id, desk.id) is bool(held)
            row = selectors.person_at(desk, someone.id)
            assert (row.all_roles if row else frozenset()) == held
    row = selectors.person_at(tree.at_village, tree.someone.id)
    assert row is not None
    assert row.roles == ()
    assert [(role.code, role.unit.name_en if role.unit else "") for role in row.inherited] == [(RoleCode.LEAD, "North")]


def test_however_deep_the_tree_a_viewer_costs_the_same(tree: Tree, django_assert_num_queries: Any) -> None:
    row = tree.someone.row
    tree.grant(tree.north)
    with django_assert_num_queries(1):
        selectors.viewer_of_user(row)
    below = tree.village
    for number in range(6):
        below = unit(f"S{number}", f"S{number}", UnitKind.DEPARTMENT, below)
        people.desk(f"s-{number}", "x", "x", unit_id=below)
        tree.grant(below, RoleCode.REVIEWER)
    with django_assert_num_queries(1):
        viewer = selectors.viewer_of_user(row)
    assert len(viewer.roles) == 7 + 6


def test_moving_a_unit_moves_who_may_and_returns_their_work(tree: Tree) -> None:
    tree.grant(tree.north)
    moved: list[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID]] = []

    def listen(sender: object, *, from_id: uuid.UUID, to_id: uuid.UUID | None, desk_id: uuid.UUID, **_: Any) -> None:
        moved.append((from_id, to_id, desk_id))

    work_handed_over.connect(listen)
    try:
        services.move_unit(unit_id=tree.village, parent_id=tree.south, actor=SYSTEM)
    finally:
        work_handed_over.disconnect(listen)
    assert tree.desks() == []
    assert moved == [(tree.someone.id, None, tree.at_village.id)]
    assert LogEntry.objects.filter(verb="unit_moved", object_id=tree.village).count() == 1
    tree.grant(tree.south, RoleCode.READER)
    assert tree.desks() == ["xa-bac", "xa-nam"]


def test_a_unit_moves_to_the_top_with_all_below_it(tree: Tree) -> None:
    services.move_unit(unit_id=tree.north, parent_id=None, actor=SYSTEM)
    rows = {row.id: row for row in selectors.units()}
    assert rows[tree.north].depth == 1
    assert rows[tree.village].depth == 2
    assert Unit.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("which", "below", "code"),
    [("north", "village", "below_itself"), ("north", "north", "below_itself"), ("north", "coast", "wrong_place")],
)
def test_a_unit_does_not_move_where_it_cannot_stand(tree: Tree, which: str, below: str, code: str) -> None:
    with pytest.raises(InvalidUnit) as refused:
        services.move_unit(unit_id=getattr(tree, which), parent_id=getattr(tree, below), actor=SYSTEM)
    assert refused.value.code == code
    assert {row.id: row.depth for row in selectors.units()}[tree.north] == 2


def test_a_unit_gets_another_name_and_a_kind_that_fits(tree: Tree) -> None:
    services.rename_unit(unit_id=tree.village, name_vi="Phường  Bắc", name_en="Ward", kind="commune", actor=SYSTEM)
    assert Unit.objects.get(id=tree.village).name_vi == "Phường Bắc"
    for unit_id, kind in ((tree.village, "province"), (tree.north, "desk")):
        with pytest.raises(InvalidUnit) as refused:
            services.rename_unit(unit_id=unit_id, name_vi="x", name_en="x", kind=kind, actor=SYSTEM)
        assert refused.value.code == "wrong_place"
    with pytest.raises(InvalidUnit) as nameless:
        services.rename_unit(unit_id=tree.village, name_vi=" ", name_en="x", kind="commune", actor=SYSTEM)
    assert nameless.value.code == "name_empty"


def test_smaller_areas_never_hold_larger_ones() -> None:
    for at, kind in enumerate(AREAS):
        for above_at, above in enumerate(AREAS):
            assert may_stand_below(kind, above) is (above_at < at)
    assert all(may_stand_below(kind, None) for kind in UnitKind)
    assert not any(may_stand_below(kind, UnitKind.DESK) for kind in UnitKind)
    assert not may_stand_below(UnitKind.PROVINCE, UnitKind.NEWSROOM)


def test_a_role_stands_at_a_desk_or_at_a_unit_never_at_both(tree: Tree) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(
            person_id=tree.someone.id, desk_id=tree.at_coast.id, unit_id=tree.coast, code=RoleCode.EDITOR
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(person_id=tree.someone.id, code=RoleCode.EDITOR)


def test_a_role_at_a_unit_is_granted_once_and_taken_back_alone(tree: Tree) -> None:
    services.grant_role(person_id=tree.someone.id, desk_id=tree.at_village.id, code="editor", actor=SYSTEM)
    for _ in range(2):
        tree.grant(tree.north)
    assert Role.objects.filter(person_id=tree.someone.id).count() == 2
    services.revoke_role(person_id=tree.someone.id, desk_id=None, unit_id=tree.north, code="editor", actor=SYSTEM)
    assert list(Role.objects.filter(person_id=tree.someone.id).values_list("desk_id", flat=True)) == [
        tree.at_village.id
    ]


# -- against an oracle ------------------------------------------------------------------------------------------------


def by_walking(person_id: uuid.UUID) -> set[tuple[str, uuid.UUID | None]]:
    """What somebody may, found by walking up from each desk, in another way than the one statement does it."""
    found: set[tuple[str, uuid.UUID | None]] = set()
    for role in Role.objects.filter(person_id=person_id):
        if role.unit_id is None:
            found.add((role.code, role.desk_id))
    for desk in Desk.objects.select_related("unit"):
        node: Unit | None = desk.unit
        while node is not None:
            for role in Role.objects.filter(person_id=person_id, unit_id=node.id):
                found.add((role.code, desk.id))
            node = Unit.objects.get_parent(node)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_tree_any_roles_any_moves(data: st.DataObject, db: None) -> None:
    with transaction.atomic():
        tree_of_any_shape(data)
        transaction.set_rollback(True)


def tree_of_any_shape(data: st.DataObject) -> None:
    tag = uuid.uuid4().hex[:8]
    units: list[uuid.UUID] = []
    for number in range(data.draw(st.integers(2, 7))):
        parent = data.draw(st.sampled_from([None, *units]))
        units.append(unit(f"u{number}", f"u{number}", UnitKind.DEPARTMENT, parent))
    desks: list[DeskInfo] = [
        people.desk(f"d-{tag}-{number}", "x", "x", unit_id=data.draw(st.sampled_from(units)))
        for number in range(data.draw(st.integers(1, 4)))
    ]
    someone = Person.objects.create(email=f"{tag}@toasoan.example", name=tag)
    for _ in range(data.draw(st.integers(0, 4))):
        at_unit = data.draw(st.booleans())
        services.grant_role(
            person_id=someone.id,
            desk_id=None if at_unit else data.draw(st.sampled_from(desks)).id,
            unit_id=data.draw(st.sampled_from(units)) if at_unit else None,
            code=data.draw(st.sampled_from(list(RoleCode))),
            actor=SYSTEM,
        )
    assert selectors.roles_of(someone.id) == by_walking(someone.id)
    for _ in range(data.draw(st.integers(0, 3))):
        with contextlib.suppress(InvalidUnit):
            services.move_unit(
                unit_id=data.draw(st.sampled_from(units)),
                parent_id=data.draw(st.sampled_from([None, *units])),
                actor=SYSTEM,
            )
        assert selectors.roles_of(someone.id) == by_walking(someone.id)
    assert Unit.objects.find_problems() == ([], [], [], [], [])
