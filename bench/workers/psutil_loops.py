"""What the prototype's Python services did for one answer, once per line of standard input.

`v1` and `v2` are its two process loops; psutil keeps its Process objects between them, as it did in the service.
`machine` is its call for the figures of the machine, without the second of waiting that the prototype asked for.
Answers with its cost as one line of JSON.
"""

import json
import sys
import time

import psutil

import prototype


def machine():
    figures = [
        psutil.cpu_percent(interval=None),
        psutil.virtual_memory(),
        psutil.disk_usage("/"),
        psutil.disk_io_counters(),
        psutil.net_io_counters(),
    ]
    return len(figures)


call = {
    "v1": lambda: len(prototype.v1()),
    "v2": lambda: len(prototype.v2()),
    "machine": machine,
}[sys.argv[1]]
for _line in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    rows = call()
    cost = {
        "cpuMs": (time.process_time() - cpu) * 1000,
        "wallMs": (time.perf_counter() - wall) * 1000,
        "rows": rows,
    }
    print(json.dumps(cost), flush=True)
