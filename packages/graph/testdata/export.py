"""Writes the .onnx files of this folder, and what PyTorch computes with them.

    /usr/bin/python3 export.py

Made with PyTorch 1.13. The loss is sum(y * weights). The .json beside each file has the input, the output, and the
gradients of the loss with respect to the input and to those parameters that the file still has under their own names:
batch normalisation that is folded into a convolution gives it other weights. `npx biome check --write` lays them out.
"""
import json
from pathlib import Path

import torch
from torch import nn
from torch.onnx import TrainingMode

torch.manual_seed(1)
here = Path(__file__).parent


def mlp():
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


class Residual(nn.Module):
    """conv - batch norm - ReLU - conv, with a shortcut of stride 2, pooled and classified."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.shortcut = nn.Conv2d(2, 4, 1, stride=2, bias=False)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, 3)
        nn.init.uniform_(self.bn.weight, 0.5, 1.5)
        nn.init.uniform_(self.bn.bias, -0.5, 0.5)
        self.bn.running_mean.uniform_(-0.5, 0.5)
        self.bn.running_var.uniform_(0.5, 1.5)

    def forward(self, x):
        y = self.conv2(torch.relu(self.bn(self.conv1(x)))) + self.shortcut(x)
        return self.fc(torch.flatten(self.pool(y), 1))


class Normalized(nn.Module):
    """Group, instance and layer normalisation, with an activation after each."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.group = nn.GroupNorm(2, 4)
        self.slope = nn.PReLU(4)
        self.instance = nn.InstanceNorm2d(4, affine=True)
        self.layer = nn.LayerNorm(12)
        self.fc = nn.Linear(12, 3)
        for norm in self.group, self.instance, self.layer:
            nn.init.uniform_(norm.weight, 0.5, 1.5)
            nn.init.uniform_(norm.bias, -0.5, 0.5)

    def forward(self, x):
        y = self.slope(self.group(self.conv(x)))
        y = nn.functional.elu(self.instance(y)).clamp(-0.9, 1.5)
        y = nn.functional.gelu(self.layer(y.reshape(-1, 4, 12)))
        return self.fc(nn.functional.softplus(y.amax(1) + nn.functional.leaky_relu(y.mean(1))))


def listed(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()]}


def export(name, model, x, opset, folded):
    model.eval()
    path = here / f"{name}.onnx"
    torch.onnx.export(
        model, x, str(path), opset_version=opset, input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}, do_constant_folding=folded,
        training=TrainingMode.EVAL if folded else TrainingMode.PRESERVE,
    )
    x = x.clone().requires_grad_()
    y = model(x)
    weights = torch.randn_like(y)
    model.zero_grad()
    (y * weights).sum().backward()
    gradients = {"x": listed(x.grad)}
    names = path.read_bytes()
    for key, parameter in model.named_parameters():
        if key.encode() in names:
            gradients[key] = listed(parameter.grad)
    expected = {"x": listed(x), "y": listed(y), "weights": listed(weights), "gradients": gradients}
    path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


export("mlp-opset13", mlp(), torch.randn(5, 6), 13, True)
export("residual-opset13", Residual(), torch.randn(2, 2, 7, 7), 13, False)
export("residual-opset17", Residual(), torch.randn(2, 2, 7, 7), 17, False)
export("residual-folded-opset17", Residual(), torch.randn(2, 2, 7, 7), 17, True)
export("normalized-opset13", Normalized(), torch.randn(2, 2, 3, 4), 13, False)
export("normalized-opset17", Normalized(), torch.randn(2, 2, 3, 4), 17, False)
