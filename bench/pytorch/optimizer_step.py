"""PyTorch's side of the optimizer bench: one thread, one parameter of many elements.

Reads one JSON request a line, {"optimizer": "adam", "size": 1000000, "steps": 3}, takes that many steps and answers
{"seconds": ...}. The parameter is kept between requests.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)


def prepare(optimizer, size):
    theta = torch.cos(torch.arange(size, dtype=torch.float32)).requires_grad_()
    theta.grad = torch.sin(torch.arange(size, dtype=torch.float32)) * 0.01
    if optimizer == "adam":
        return torch.optim.Adam([theta], lr=1e-3).step
    return torch.optim.SGD([theta], lr=1e-3, momentum=0.9).step


prepared = {}
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = (request["optimizer"], request["size"])
    if key not in prepared:
        if any(size != request["size"] for _, size in prepared):
            prepared.clear()
        prepared[key] = prepare(*key)
    started = time.perf_counter()
    for _ in range(request["steps"]):
        prepared[key]()
    print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
