"""PyTorch's side of the bench of training steps: eager mode, SGD with momentum, on the CPU.

Reads one JSON request a line, {"model": "wrn-16-1", "batch": 64, "steps": 3, "threads": 2, "layout": "contiguous"}, runs that
many training steps (forward, backward, update) on random data and answers {"seconds": ..., "peak": ...}, where peak is the largest
resident memory of the process in KiB. Models are kept between requests.
"""

import json
import resource
import sys
import time

import torch
from torch.nn import functional as F

from networks import build


def prepare(model, batch, layout):
    kind, *sizes = model.split("-")
    classes = 80 if kind == "transformer" else int(sizes[-1]) if kind == "mlp" else 10
    net = build(model, classes)
    if kind == "transformer":
        x, labels = (torch.randint(0, classes, (batch, 64)) for _ in range(2))
    else:
        x = torch.randn(batch, int(sizes[0])) if kind == "mlp" else torch.randn(batch, 3, 32, 32)
        labels = torch.randint(0, classes, (batch,))
    if layout == "channels_last":
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(net(x).flatten(0, -2), labels.flatten()).backward()
        optimizer.step()

    return step


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


steps = {}
print(json.dumps({"torch": torch.__version__, "peak": peak()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    key = (request["model"], request["batch"], request.get("layout", "contiguous"))
    if key not in steps:
        steps[key] = prepare(*key)
    started = time.perf_counter()
    for _ in range(request["steps"]):
        steps[key]()
    print(json.dumps({"seconds": time.perf_counter() - started, "peak": peak()}), flush=True)
