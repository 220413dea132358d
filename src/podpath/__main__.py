"""``python -m podpath``."""

import sys

from podpath.cli.main import main

sys.exit(main())
