#!/usr/bin/env python3
"""Drive sign_request: AWS's examples, its suite, every error, and what a shell makes of --curl.

Usage: sign_request PROGRAM [TEST...]
"""
import os
import sys
import unittest

import lines
from curl import *
from refusals import *
from signing import *
from verifying import *

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    lines.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
