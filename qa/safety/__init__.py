"""Message -> crisis help or none, and the fixed notices: in doubt, help is shown."""

from __future__ import annotations

from qa.safety.detector import Detector, Need, Reading
from qa.safety.notices import Notices

__all__ = ["Detector", "Need", "Notices", "Reading"]
