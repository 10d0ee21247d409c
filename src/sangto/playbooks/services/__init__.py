"""What playbooks can be asked to do."""

from sangto.playbooks.services.publish_version import install_library, publish_version
from sangto.playbooks.services.walk_run import choose, move_run, pass_timeouts, restart_run, start_run

__all__ = [
    "choose",
    "install_library",
    "move_run",
    "pass_timeouts",
    "publish_version",
    "restart_run",
    "start_run",
]
