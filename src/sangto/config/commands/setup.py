"""`sangto setup`: the publisher, its first desk and the first person, for an installation that has none yet."""

from __future__ import annotations

import argparse
import secrets

from sangto.config.commands.common import Subparsers, data_dir_option, database, json_option
from sangto.config.terminal import EXIT_FAILED, give, give_json, say


def add(commands: Subparsers) -> None:
    setup = commands.add_parser("setup", help="the publisher, its first desk and the first person")
    setup.set_defaults(run=run)
    setup.add_argument("--name-vi", required=True, metavar="NAME", help="the publisher's name in Vietnamese")
    setup.add_argument("--name-en", required=True, metavar="NAME", help="the publisher's name in English")
    setup.add_argument(
        "--own-host",
        action="append",
        default=[],
        metavar="HOST",
        help="a host of the publisher's own pages: a source there never settles a verdict alone (may be repeated)",
    )
    setup.add_argument("--desk", default="ban-tin", metavar="SLUG", help="the desk's name in addresses")
    setup.add_argument("--desk-vi", default="Bàn kiểm chứng", metavar="NAME")
    setup.add_argument("--desk-en", default="Fact desk", metavar="NAME")
    setup.add_argument("--email", required=True, help="the first person, who leads the desk and enters the others")
    setup.add_argument("--person", required=True, metavar="NAME", help="that person's name")
    data_dir_option(setup)
    json_option(setup)


def run(arguments: argparse.Namespace) -> int:
    with database(arguments):
        from django.db import transaction

        from sangto.audit.types import SYSTEM
        from sangto.config.prepare import migrate
        from sangto.lib.codes import RoleCode
        from sangto.network import selectors, services
        from sangto.network.types import InvalidPerson

        migrate()
        if selectors.publisher_or_none() is not None:
            say("This installation has a publisher already. Further people and desks are entered on its pages.")
            return EXIT_FAILED
        password = secrets.token_urlsafe(15)
        try:
            with transaction.atomic():
                services.create_publisher(
                    name_vi=arguments.name_vi,
                    name_en=arguments.name_en,
                    names=(arguments.name_vi, arguments.name_en),
                    own_hosts=tuple(arguments.own_host),
                    contact_email=arguments.email,
                    actor=SYSTEM,
                )
                unit_id = services.create_unit(name_vi=arguments.name_vi, name_en=arguments.name_en, actor=SYSTEM)
                desk_id = services.create_desk(
                    unit_id=unit_id,
                    slug=arguments.desk,
                    name_vi=arguments.desk_vi,
                    name_en=arguments.desk_en,
                    is_default=True,
                    actor=SYSTEM,
                )
                person_id = services.create_person(
                    email=arguments.email,
                    name=arguments.person,
                    password=password,
                    language="vi",
                    unit_id=unit_id,
                    actor=SYSTEM,
                )
                services.grant_role(person_id=person_id, desk_id=None, code=RoleCode.ADMIN, actor=SYSTEM)
                services.grant_role(person_id=person_id, desk_id=desk_id, code=RoleCode.LEAD, actor=SYSTEM)
        except (InvalidPerson, ValueError) as problem:
            say(f"sangto setup: {problem}. Nothing was kept.")
            return EXIT_FAILED
    give(f"{arguments.email} signs in with the password {password} and should change it at once.")
    if arguments.json:
        give_json({"desk": arguments.desk, "email": arguments.email, "password": password})
    return 0
