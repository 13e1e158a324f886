"""A compiler's process without a compiler: the seed says what becomes of a job, its steps for how many milliseconds."""

import json
import os
import sys
import time
from pathlib import Path

for line in sys.stdin:
    job = json.loads(line)
    config = json.loads(job["config"])
    with Path(os.environ["TOY_COMPILER_LOG"]).open("a") as log:
        log.write(f"{config['steps']} {job['replicas']} {os.getpid()}\n")
    time.sleep(config["steps"] / 1000)
    if config["seed"] == 13:
        os._exit(3)
    print(json.dumps({"error": "It cannot be." if config["seed"] == 7 else None}), flush=True)
