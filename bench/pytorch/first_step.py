"""Reads a data set, builds a network, takes one training step and prints its loss: what a new process has to do before the first
update. `first_step.py digits FOLDER` or `first_step.py cifar10 FOLDER`.
"""

import gzip
import os
import sys

import numpy as np
import torch
from torch.nn import functional as F

from networks import build

task, folder = sys.argv[1:]
if task == "digits":
    with gzip.open(os.path.join(folder, "digits.csv.gz")) as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32)
    inputs, labels, batch = table[:, :64] / 16, table[:, 64].astype(np.int64), 32
    net = build("mlp-64-64-64-10", 10)
else:
    files = [os.path.join(folder, f"data_batch_{i}.bin") for i in range(1, 6)]
    rows = np.concatenate([np.fromfile(file, dtype=np.uint8).reshape(-1, 3073) for file in files])
    inputs, labels, batch = rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(np.int64), 128
    net = build("wrn-16-1", 10)
order = torch.randperm(len(inputs)).numpy()[:batch]
x = torch.from_numpy(inputs[order].astype(np.float32))
if task == "cifar10":
    x = (x / 255 - torch.tensor([0.4914, 0.4822, 0.4465]).view(-1, 1, 1)) / torch.tensor([0.2470, 0.2435, 0.2616]).view(-1, 1, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
loss = F.cross_entropy(net(x), torch.from_numpy(labels[order]))
loss.backward()
optimizer.step()
print(loss.item(), flush=True)
