"""What asv loads, also where only asv is installed."""

import subprocess
import sys

from tests.tracker.toy import ROOT

WITHOUT_OURS = """
import sys
for missing in ("pydantic", "uv", "rich", "psutil", "asv_tachyon"):
    sys.modules[missing] = None
from asv.console import log
log.enable()
import tracker.plugin
from asv.environment import get_environment_class_by_name
print(get_environment_class_by_name("locked"), get_environment_class_by_name("virtualenv"))
"""


def test_an_asv_by_itself_can_load_it_and_is_told_what_is_missing() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", WITHOUT_OURS], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert loaded.returncode == 0, loaded.stderr
    assert "pages are left out: no pydantic" in loaded.stdout + loaded.stderr
