"""${message}

Before you write: the release that is running now will meet this schema. Add a column empty, fill it, then
require it; rename and drop only once no running release needs the old name. The downgrade must work.
"""

import sqlalchemy as sa
from alembic import op

${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Make the change."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take it back, keeping data."""
    ${downgrades if downgrades else "pass"}
