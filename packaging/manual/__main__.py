"""``python packaging/manual man OUTDIR`` and ``… markdown OUTDIR``; PYTHONPATH has ``src``."""

import sys
from pathlib import Path

# Python puts this folder there; its modules are those of a package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from manual.main import main  # noqa: E402 - found only now

sys.exit(main())
