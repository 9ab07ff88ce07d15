"""Writes onnx-training.onnx, a small CNN as a file for inference, and onnx-training.json: what PyTorch makes of it in training.

The file has what makes one awkward: operator set 11, a batch size of 1, a Softmax at its end, and weights that start with equal
values. The losses are those of 8 steps of SGD with momentum on the same 12 examples, once with batch statistics and once with
those of the file, with the running statistics, and probabilities after the steps. Run by hand, with PyTorch 1.13:

    /usr/bin/python3 make-onnx-training.py
"""
import copy
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.onnx import TrainingMode

torch.manual_seed(3)
here = Path(__file__).parent


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        y = torch.relu(self.norm1(self.conv1(x)))
        y = F.max_pool2d(torch.relu(self.norm2(self.conv2(y))) + y, 2)
        return self.fc(y.reshape(x.shape[0], 16))


def listed(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()]


def train(model, freeze):
    model = copy.deepcopy(model)
    model.train()
    if freeze:
        for norm in model.norm1, model.norm2:
            norm.eval()
            norm.requires_grad_(False)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1, momentum=0.9)
    losses = []
    for _ in range(8):
        loss = F.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(f"{loss.item():.9g}"))
    model.eval()
    return {
        "losses": losses,
        "running": {key: listed(value) for key, value in model.state_dict().items() if "running" in key},
        "probabilities": listed(F.softmax(model(x), 1)),
    }


model = Net().eval()
x, labels = torch.randn(12, 1, 4, 4), torch.randint(0, 3, (12,))
torch.onnx.export(
    nn.Sequential(model, nn.Softmax(1)).eval(), x[:1], str(here / "onnx-training.onnx"), opset_version=11,
    input_names=["image"], output_names=["probabilities"], do_constant_folding=False, training=TrainingMode.PRESERVE,
)
expected = {"x": listed(x), "labels": labels.tolist(), "train": train(model, False), "freeze": train(model, True)}
(here / "onnx-training.json").write_text(json.dumps(expected) + "\n")
