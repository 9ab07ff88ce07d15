"""PyTorch's side of the train-step bench: eager mode, SGD with momentum, on the CPU.

Reads one JSON request a line, {"model": "wrn-16-1", "batch": 64, "steps": 3, "threads": 2}, runs that many training
steps (forward, backward, update) on random data and answers {"seconds": ..., "peak": ...}, the process's largest resident
memory in KiB. The model is kept between requests. The first line of the output says how fast matrix products are, as a
PyTorch without a good BLAS is no peer, and how much memory is resident.
"""

import json
import resource
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


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x, mask):
        n, t, width = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5 + mask
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, width))


class Transformer(nn.Module):
    """GPT with layer normalisation before each part, as `transformer-LAYERS-WIDTH`."""

    def __init__(self, layers, width, tokens, classes):
        super().__init__()
        self.token, self.position = nn.Embedding(classes, width), nn.Parameter(torch.randn(tokens, width) * 0.02)
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "n1": nn.LayerNorm(width),
                    "attention": Attention(width, width // 32),
                    "n2": nn.LayerNorm(width),
                    "mlp": nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)),
                }
            )
            for _ in range(layers)
        )
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, classes)
        self.register_buffer("mask", torch.full((tokens, tokens), float("-inf")).triu(1))

    def forward(self, x):
        h = self.token(x) + self.position
        for block in self.blocks:
            h = h + block["attention"](block["n1"](h), self.mask)
            h = h + block["mlp"](block["n2"](h))
        return self.head(self.norm(h))


def mlp(sizes):
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def prepare(model, batch, threads):
    torch.set_num_threads(threads)
    kind, *sizes = model.split("-")
    sizes = [int(size) for size in sizes]
    if kind == "transformer":
        tokens, classes = 64, 80
        net = Transformer(*sizes, tokens, classes)
        x, labels = (torch.randint(0, classes, (batch, tokens)) for _ in range(2))
    elif kind == "mlp":
        net = mlp(sizes)
        x, labels = torch.randn(batch, sizes[0]), torch.randint(0, sizes[-1], (batch,))
    else:
        net = WRN(*sizes)
        x, labels = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(net(x).flatten(0, -2), labels.flatten()).backward()
        optimizer.step()

    return step


def products_per_second():
    a = torch.randn(512, 512)
    for _ in range(3):
        a @ a
    started = time.perf_counter()
    for _ in range(5):
        a @ a
    return 5 * 2 * 512**3 / (time.perf_counter() - started) / 1e9


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


prepared, step = None, None
print(json.dumps({"torch": torch.__version__, "gigaflops": products_per_second(), "peak": peak()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = (request["model"], request["batch"], request["threads"])
    if key != prepared:
        prepared, step = key, prepare(*key)
    started = time.perf_counter()
    for _ in range(request["steps"]):
        step()
    print(json.dumps({"seconds": time.perf_counter() - started, "peak": peak()}), flush=True)
