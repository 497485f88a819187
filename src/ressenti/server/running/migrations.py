"""The database brought to this version, one whole step after the other."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from ressenti.server.running.backup import is_restore_unfinished, unfinished_restore

MIGRATION_LOCK = 5_190_337


class WholeSteps(MigrationExecutor):
    """Does each migration and notes that it is done in one transaction.

    Django notes it in a second one wherever constraints wait for the end of the first: killed
    between the two, it would do the migration again on tables that have it already.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **options: Any
    ) -> ProjectState:
        with transaction.atomic() if migration.atomic else nullcontext():
            return super().apply_migration(state, migration, *args, **options)


def migrate() -> None:
    """Bring the database to this version.

    Each migration is a transaction of its own: one that is killed is done again at the next start.
    Two servers that start on one database migrate it one after the other.
    """
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as own:
        own.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        if is_restore_unfinished(own):
            raise unfinished_restore()
        steps = WholeSteps(connection)
        steps.migrate(steps.loader.graph.leaf_nodes())
        # Nothing is left to migrate; what Django does after that is left.
        call_command("migrate", verbosity=0, interactive=False)
