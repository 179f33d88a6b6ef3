"""The two process loops of the prototype's Python services, as they were."""

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
    return processes


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
    return processes
