"""What the prototype's Python services did for one answer, once per line of standard input.

`v1` and `v2` are its two process loops; psutil keeps its Process objects between them, as it did in the service.
`machine` is its call for the figures of the machine, without the second of waiting that the prototype asked for.
Answers with its cost as one line of JSON.
"""

import json
import sys
import time

import psutil


def v1():
    processes = []
    for proc in psutil.process_iter(["pid", "name", "cpu_percent", "memory_info"]):
        try:
            pinfo = proc.info
            processes.append(
                {
                    "pid": pinfo["pid"],
                    "name": pinfo["name"],
                    "cpu_percent": pinfo["cpu_percent"],
                    "memory": pinfo["memory_info"].rss,
                }
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
    return len(processes)


def v2():
    num_cpus = psutil.cpu_count()
    processes = []
    for proc in psutil.process_iter(
        ["pid", "name", "cpu_percent", "memory_info", "num_threads", "status"]
    ):
        try:
            pinfo = proc.info
            processes.append(
                {
                    "pid": pinfo["pid"],
                    "name": pinfo["name"],
                    "cpu_percent": (pinfo.get("cpu_percent") or 0) / num_cpus,
                    "memory": pinfo["memory_info"].rss,
                    "num_threads": pinfo.get("num_threads", 0),
                    "status": pinfo.get("status", "unknown"),
                }
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
    return len(processes)


def machine():
    figures = [
        psutil.cpu_percent(interval=None),
        psutil.virtual_memory(),
        psutil.disk_usage("/"),
        psutil.disk_io_counters(),
        psutil.net_io_counters(),
    ]
    return len(figures)


call = {"v1": v1, "v2": v2, "machine": machine}[sys.argv[1]]
for _line in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    rows = call()
    cost = {
        "cpuMs": (time.process_time() - cpu) * 1000,
        "wallMs": (time.perf_counter() - wall) * 1000,
        "rows": rows,
    }
    print(json.dumps(cost), flush=True)
