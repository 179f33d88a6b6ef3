"""The prototype's service: FastAPI on uvicorn, psutil asked anew by each request.

`/api/processes` is its v2 route as it was; `/api/apps` groups the same by name, as its page says; `/api/stats` has the
calls of v1 without the second of waiting in them. Says its port as one line of JSON when asked by a line, ends when
standard input closes.
"""

import json
import socket
import sys
import threading

import psutil
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import prototype

app = FastAPI()

app.add_middleware(
    CORSMiddleware,
    allow_origins=["http://localhost:5173"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)


@app.get("/api/processes")
async def get_processes():
    return {"processes": prototype.v2()}


@app.get("/api/apps")
async def get_apps():
    apps = {}
    for process in prototype.v2():
        row = apps.setdefault(
            process["name"],
            {
                "name": process["name"],
                "cpu_percent": 0,
                "memory": 0,
                "num_threads": 0,
                "process_count": 0,
            },
        )
        row["cpu_percent"] += process["cpu_percent"]
        row["memory"] += process["memory"]
        row["num_threads"] += process["num_threads"] or 0
        row["process_count"] += 1
    return {"apps": list(apps.values())}


@app.get("/api/stats")
async def get_stats():
    memory = psutil.virtual_memory()
    network = psutil.net_io_counters()
    return {
        "cpu_usage": psutil.cpu_percent(interval=None),
        "memory_percent": memory.percent,
        "disk_percent": psutil.disk_usage("/").percent,
        "network_sent": network.bytes_sent,
        "network_recv": network.bytes_recv,
    }


# The protocol is named, else asyncio does not switch off the delay of small packets.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen(128)  # so that nobody is refused while uvicorn starts
config = uvicorn.Config(
    app, log_level="critical", timeout_keep_alive=5, limit_concurrency=100
)
server = uvicorn.Server(config)


def obey():
    for _line in sys.stdin:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    server.should_exit = True


threading.Thread(target=obey, daemon=True).start()
server.run(sockets=[listener])
