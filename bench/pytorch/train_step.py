"""PyTorch's side of the train-step bench: eager mode, SGD with momentum, on the CPU.

Reads one JSON request a line, {"model": "wrn-16-1", "batch": 64, "steps": 3, "threads": 2}, runs that many training
steps (forward, backward, update) on random images and answers {"seconds": ...}. The model is kept between requests.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(before)
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        changed = before != channels or stride != 1
        self.shortcut = nn.Conv2d(before, channels, 1, stride, bias=False) if changed else None

    def forward(self, x):
        active = F.relu(self.bn1(x), inplace=True)
        h = self.conv2(F.relu(self.bn2(self.conv1(active)), inplace=True))
        return h + (self.shortcut(active) if self.shortcut else x)


class WRN(nn.Module):
    def __init__(self, depth, width, classes=10):
        super().__init__()
        layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False)], 16
        for group, base in enumerate((16, 32, 64)):
            for block in range((depth - 4) // 6):
                layers.append(Block(channels, base * width, 2 if group and not block else 1))
                channels = base * width
        self.features = nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


def prepare(model, batch, threads):
    torch.set_num_threads(threads)
    _, depth, width = model.split("-")
    net = WRN(int(depth), int(width)).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    x = torch.randn(batch, 3, 32, 32)
    labels = torch.randint(0, 10, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(net(x), labels).backward()
        optimizer.step()

    return step


prepared, step = None, None
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = (request["model"], request["batch"], request["threads"])
    if key != prepared:
        prepared, step = key, prepare(*key)
    started = time.perf_counter()
    for _ in range(request["steps"]):
        step()
    print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
