"""The networks of the bench, as PyTorch users write them; names and sizes are those of our side."""

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


def build(model, classes, tokens=64):
    """`mlp-INPUTS-HIDDEN-...-CLASSES`, `wrn-DEPTH-WIDTH` or `transformer-LAYERS-WIDTH`."""
    kind, *sizes = model.split("-")
    sizes = [int(size) for size in sizes]
    if kind == "transformer":
        return Transformer(*sizes, tokens, classes)
    if kind == "mlp":
        return mlp(sizes)
    return WRN(*sizes, classes)
