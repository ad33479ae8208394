"""`migrate`, `rebuild` and `digest`: the database's schema, and everything derived in it."""

from typing import Annotated

import typer

from reanimator_gql.cli.running import complain, need_database, open_context, run, say
from reanimator_gql.services import rebuild as service
from reanimator_gql.settings import load_settings
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import current_revision, newest_revision, upgrade

_SHOWN = 5


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if the schema is behind.")] = False,
) -> None:
    """Bring the database's schema to the newest revision.

    Example: `DATABASE_DSN='user:secret@tcp(db:3306)/reanimator' reanimator-gql migrate`
    """
    before, newest = run(lambda: _migrate(check))
    if check and before != newest:
        complain(f"the schema is at {before or 'nothing'}, not at {newest}: run `reanimator-gql migrate`")
        raise typer.Exit(1)
    say(f"the schema is at {newest}" + ("" if before == newest else f" (it was at {before or 'nothing'})"))


async def _migrate(check: bool) -> tuple[str | None, str]:
    database = Database(load_settings().dsn)
    try:
        before = await current_revision(database)
        if not check:
            await upgrade(database)
        return before, newest_revision()
    finally:
        await database.close()


def rebuild(
    verify: Annotated[
        bool, typer.Option("--verify", help="Change nothing; exit 1 where the stored history differs.")
    ] = False,
    reparse: Annotated[bool, typer.Option("--reparse", help="Parse the raw bundles again first.")] = False,
) -> None:
    """Derive everything again from snapshots and recorded events.

    Example: `reanimator-gql rebuild --verify`
    """
    if verify and reparse:
        raise typer.BadParameter("--reparse changes the inputs, --verify changes nothing: give one of them")
    need_database()
    if verify:
        _verify()
        return
    rebuilt = run(lambda: _rebuild(reparse))
    changed = f"published as {rebuilt.position}" if rebuilt.position else "nothing differed"
    say(f"derived again from {rebuilt.snapshots} snapshots ({rebuilt.reparsed} of them parsed anew): {changed}")


async def _rebuild(reparse: bool) -> service.Rebuilt:
    async with open_context() as context:
        return await service.rebuild(context, reparse=reparse)


def _verify() -> None:
    differences = run(_differences)
    for difference in differences:
        complain(f"{difference.noun}: {len(difference.missing)} missing, {len(difference.unexpected)} unexpected")
        for word, rows in (("missing", difference.missing), ("unexpected", difference.unexpected)):
            for row in rows[:_SHOWN]:
                complain(f"  {word}: {row}")
    if differences:
        raise typer.Exit(1)
    say("the stored history is the one that follows from the inputs")


async def _differences() -> list[service.Difference]:
    async with open_context() as context:
        return await service.verify(context)


def digest() -> None:
    """Print the SHA-256 of the whole derived state, and nothing else.

    Equal states print equal digests on every database and driver. Example: `reanimator-gql digest`
    """
    need_database()
    say(run(_digest))


async def _digest() -> str:
    async with open_context() as context:
        return await service.digest(context)
