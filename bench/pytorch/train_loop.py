"""PyTorch's side of the bench of training loops: whole epochs on data in memory, with shuffling and augmentation.

Reads one JSON request a line. The fields of the first one say what to train on:

    {"model": "wrn-16-1", "batch": 128, "epochs": 1, "threads": 2, "layout": "contiguous", "classes": 10,
     "inputs": PATH, "dtype": "uint8", "shape": [3, 32, 32], "labels": PATH, "labelShape": [], "augment": true,
     "divisor": 255, "mean": [...], "std": [...]}

and every request trains for that many epochs more, and answers {"seconds": ...}. Inputs are normalised once, beforehand; crops and
flips are drawn for a whole batch at a time and taken by one indexing operation.
"""

import json
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

from networks import build

padding = 4


def augment(images, indices):
    """Random crops of padded images `[n, c, h + 8, w + 8]`, half of them mirrored: `[len(indices), c, h, w]`."""
    count, size = len(indices), images.shape[-1] - 2 * padding
    rows = torch.randint(0, 2 * padding + 1, (count, 1)) + torch.arange(size)
    columns = torch.randint(0, 2 * padding + 1, (count, 1)) + torch.arange(size)
    columns = torch.where(torch.rand(count, 1) < 0.5, columns, columns.flip(1))
    channels = torch.arange(images.shape[1])
    return images[indices[:, None, None, None], channels[:, None, None], rows[:, None, :, None], columns[:, None, None, :]]


class Loop:
    def __init__(self, request):
        shape, label_shape = request["shape"], request["labelShape"]
        inputs = torch.from_numpy(np.fromfile(request["inputs"], dtype=request["dtype"])).view(-1, *shape)
        self.labels = torch.from_numpy(np.fromfile(request["labels"], dtype="int64")).view(-1, *label_shape)
        self.augment, self.batch = request["augment"], request["batch"]
        if label_shape:
            self.inputs = inputs.long()
        else:
            broadcast = (-1, *[1] * (len(shape) - 1))
            mean, std = (torch.tensor(request[name]).view(broadcast) for name in ("mean", "std"))
            scaled = inputs.float() / request["divisor"]
            # Padding is black, and comes before normalisation.
            padded = F.pad(scaled, (padding,) * 4) if self.augment else scaled
            self.inputs = (padded - mean) / std
        if request["model"].startswith("mlp"):
            self.inputs = self.inputs.flatten(1)
        self.net = build(request["model"], request["classes"], shape[0])
        self.layout = torch.channels_last if request["layout"] == "channels_last" else torch.contiguous_format
        if len(shape) == 3:
            self.net = self.net.to(memory_format=self.layout)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

    def epoch(self):
        self.net.train()
        total, order = 0.0, torch.randperm(len(self.inputs))
        for first in range(0, len(order), self.batch):
            indices = order[first : first + self.batch]
            x = augment(self.inputs, indices) if self.augment else self.inputs[indices]
            if x.dim() == 4:
                x = x.contiguous(memory_format=self.layout)
            self.optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(self.net(x).flatten(0, -2), self.labels[indices].flatten())
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(indices)
        return total / len(order)


loops = {}
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    key = (request["model"], request["batch"], request["layout"])
    if key not in loops:
        loops[key] = Loop(request)
    started = time.perf_counter()
    for _ in range(request["epochs"]):
        loss = loops[key].epoch()
    print(json.dumps({"seconds": time.perf_counter() - started, "loss": loss}), flush=True)
