"""Alembic's entry: runs the migrations on the connection that `reanimator_gql.store.migrate` hands over."""

from alembic import context

from reanimator_gql.store.migration_rendering import render_type
from reanimator_gql.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_item=render_type,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
