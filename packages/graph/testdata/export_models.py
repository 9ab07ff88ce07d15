"""Writes the .onnx files of `models/`, and what PyTorch computes with them.

    /usr/bin/python3 export_models.py [name ...]

Made with PyTorch 1.13. The loss is sum(y * weights). The .json beside each file has the input, the output, and the gradients
of the loss with respect to every parameter, and to the input where it is not one of indices, as base64 of little-endian
elements. Each model has a seed of its own: they can be made one at a time. `npx biome check --write` lays them out.
"""
import base64
import json
import math
import sys
import warnings
import zlib
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.onnx import TrainingMode

warnings.filterwarnings("ignore")
folder = Path(__file__).parent / "models"


class Residual(nn.Module):
    """A pre-activation block whose shortcut is scaled by squeeze and excitation, then classified."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 6, 3, padding=1)
        self.squeeze = nn.Linear(6, 3)
        self.excite = nn.Linear(3, 6)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = self.conv1(x)
        y = self.conv2(F.relu(self.bn1(x)))
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(y, 1).flatten(1)))))
        return self.fc((x + y * gate[:, :, None, None]).mean((2, 3)))


def depthwise_separable():
    return nn.Sequential(
        nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8, bias=False), nn.Conv2d(8, 6, 1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))


def dilated_grouped():
    return nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=2, dilation=2), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=(2, 3), dilation=(2, 3), groups=3),
        nn.ReLU(), nn.Conv2d(6, 4, (3, 2), stride=(2, 1), groups=2), nn.Flatten(), nn.Linear(4 * 4 * 8, 3))


def max_pool():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1), nn.Conv2d(4, 6, 3), nn.ReLU(),
        nn.MaxPool2d(2, 2, ceil_mode=True), nn.Conv2d(6, 6, 2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 3))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 3, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(3, 5, 3), nn.Tanh(),
        nn.AvgPool2d(3, 2, padding=1, count_include_pad=False), nn.Conv2d(5, 6, 3, padding=1), nn.Tanh(),
        nn.AvgPool2d(2, 1, padding=1), nn.Flatten(), nn.Linear(6 * 9, 10), nn.Tanh(), nn.Linear(10, 3))


class UNet(nn.Module):
    """Two levels: down by max pools, up by transposed convolutions, the levels joined."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 3, 3, padding=1), nn.Conv2d(3, 5, 3, padding=1)
        self.bottom = nn.Conv2d(5, 6, 3, padding=1)
        self.up2, self.up1 = nn.ConvTranspose2d(6, 5, 2, stride=2), nn.ConvTranspose2d(5, 3, 3, 2, 1, output_padding=1)
        self.out2, self.out1 = nn.Conv2d(10, 5, 3, padding=1), nn.Conv2d(6, 2, 1)

    def forward(self, x):
        a = F.relu(self.down1(x))
        b = F.relu(self.down2(F.max_pool2d(a, 2)))
        c = F.relu(self.bottom(F.max_pool2d(b, 2)))
        b = F.relu(self.out2(torch.cat([self.up2(c), b], 1)))
        return self.out1(torch.cat([self.up1(b), a], 1))


class EmbeddingMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions = nn.Embedding(20, 6), nn.Embedding(9, 6)
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        places = torch.arange(x.shape[1])
        return self.fc((self.words(x) * (1 + self.positions(places))).mean(1))


class Transformer(nn.Module):
    """A causal pre-norm encoder block: self-attention with two heads and a ReLU MLP, classified by the last place."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(11, 8)
        self.position = nn.Parameter(torch.randn(1, 5, 8) / 2)
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)
        self.head = nn.Linear(8, 4, bias=False)

    def attention(self, x):
        n, t, width = x.shape
        q, k, v = (part.view(n, t, 2, width // 2).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        scores = q @ k.transpose(-2, -1) / math.sqrt(width // 2)
        scores = scores.masked_fill(torch.tril(torch.ones(t, t)) == 0, float("-inf"))
        return self.out((torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(n, t, width))

    def forward(self, x):
        x = self.words(x) + self.position
        x = x + self.attention(self.norm1(x))
        x = x + self.down(F.relu(self.up(self.norm2(x))))
        return self.head(x[:, -1])


class Gru(nn.Module):
    """Five steps of one GRU cell, written out."""

    def __init__(self):
        super().__init__()
        self.input, self.hidden = nn.Linear(3, 12), nn.Linear(4, 12)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = torch.zeros(x.shape[0], 4)
        for t in range(5):
            a, b = self.input(x[:, t]).chunk(3, 1), self.hidden(h).chunk(3, 1)
            r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
            h = (1 - z) * torch.tanh(a[2] + r * b[2]) + z * h
        return self.fc(h)


def norm_network(norm):
    return nn.Sequential(nn.Conv2d(2, 6, 3, padding=1), norm, nn.ReLU(), nn.Conv2d(6, 3, 3), nn.Flatten(), nn.Linear(48, 2))


def group_norm():
    return norm_network(nn.GroupNorm(3, 6))


def instance_norm():
    return norm_network(nn.InstanceNorm2d(6, affine=True))


def gelu_mlp():
    return nn.Sequential(nn.Linear(5, 12), nn.GELU(), nn.Linear(12, 12), nn.GELU(), nn.Linear(12, 3))


class Decoder(nn.Module):
    """From a vector to an image by resizing twice."""

    def __init__(self, first, second):
        super().__init__()
        self.fc = nn.Linear(4, 5 * 9)
        self.conv1, self.conv2 = nn.Conv2d(5, 4, 3, padding=1), nn.Conv2d(4, 2, 3, padding=1)
        self.first, self.second = first, second

    def forward(self, x):
        x = F.relu(self.fc(x)).view(-1, 5, 3, 3)
        return torch.sigmoid(self.conv2(self.second(F.relu(self.conv1(self.first(x))))))


def bilinear_decoder():
    return Decoder(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Upsample(size=(9, 13), mode="bilinear", align_corners=True))


def nearest_decoder():
    return Decoder(nn.Upsample(scale_factor=2, mode="nearest"), nn.Upsample(size=(12, 9), mode="nearest"))


def pixel_shuffle():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.Sigmoid(), nn.Conv2d(4, 8, 3, padding=1), nn.PixelShuffle(2), nn.Tanh(),
        nn.Conv2d(2, 1, 3, padding=1), nn.PixelUnshuffle(2))


class Temporal(nn.Module):
    """One-dimensional: causal dilated convolutions, a max pool, a transposed convolution."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(2, 4, 3), nn.Conv1d(4, 4, 3, dilation=2, groups=2)
        self.up = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)

    def forward(self, x):
        y = torch.tanh(self.conv1(F.pad(x, (2, 0))))
        y = y + torch.tanh(self.conv2(F.pad(y, (4, 0))))
        return self.up(F.max_pool1d(y, 2))


def video():
    return nn.Sequential(
        nn.Conv3d(1, 4, (2, 3, 3), padding=(0, 1, 1)), nn.ReLU(), nn.AvgPool3d((1, 2, 2)), nn.Conv3d(4, 4, 3, padding=1, groups=2),
        nn.ReLU(), nn.MaxPool3d(2), nn.Flatten(), nn.Linear(32, 3))


class EinsumAttention(nn.Module):
    """Attention of learnt queries, by torch.einsum, with one key picked by the data."""

    def __init__(self):
        super().__init__()
        self.queries = nn.Parameter(torch.randn(3, 4))
        self.keys = nn.Linear(5, 4, bias=False)

    def forward(self, x):
        weights = torch.softmax(torch.einsum("qd,ntd->nqt", self.queries, self.keys(x)), -1)
        picked = torch.gather(weights, 2, torch.tensor([[[0], [2], [2]]]).expand(x.shape[0], 3, 1))
        return torch.einsum("nqt,nti->nqi", weights, x) * (1 + picked).repeat(1, 1, 5)


class OlderOperators(nn.Module):
    """Operators that had attributes before operator set 13 where they have inputs now."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        y = torch.relu(self.norm(self.conv(nn.functional.pad(x, (1, 0, 0, 1)))))
        a, b = torch.split(y, [1, 3], 1)
        c, d = torch.chunk(nn.functional.interpolate(y, scale_factor=2, mode="nearest"), 2, 3)
        rows = torch.softmax(a.squeeze(1), 2) + b.sum(1).clamp(-0.5, 2)
        return self.fc(rows).unsqueeze(1) * (c - d).mean((2, 3)).softmax(1).amax(1).reshape(-1, 1, 1, 1)


class Lstm(nn.Module):
    """Four steps of one LSTM cell, written out, all of which are returned."""

    def __init__(self):
        super().__init__()
        self.input, self.hidden = nn.Linear(3, 16), nn.Linear(4, 16, bias=False)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = c = torch.zeros(x.shape[0], 4)
        states = []
        for t in range(4):
            i, f, g, o = (self.input(x[:, t]) + self.hidden(h)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        return self.fc(torch.stack(states, 1))


class ConvNext(nn.Module):
    """A depthwise 7 x 7, then an MLP of the channels, which are last, with a scale for each."""

    def __init__(self):
        super().__init__()
        self.stem, self.depthwise = nn.Conv2d(3, 6, 2, stride=2), nn.Conv2d(6, 6, 7, padding=3, groups=6)
        self.norm, self.up, self.down = nn.LayerNorm(6), nn.Linear(6, 12), nn.Linear(12, 6)
        self.scale = nn.Parameter(torch.randn(6))
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = self.stem(x)
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.down(F.gelu(self.up(y)))
        return self.fc((x + y.permute(0, 3, 1, 2)).mean([-2, -1]))


class WindowAttention(nn.Module):
    """Attention in windows of 2 x 2 that are moved by one, with a bias for every distance, which is looked up."""

    def __init__(self):
        super().__init__()
        self.patches, self.norm, self.qkv = nn.Conv2d(3, 8, 2, stride=2), nn.LayerNorm(8), nn.Linear(8, 24)
        self.bias = nn.Parameter(torch.randn(9, 2))
        places = torch.stack(torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")).flatten(1)
        distances = (places[:, :, None] - places[:, None]).permute(1, 2, 0) + 1
        self.register_buffer("distances", (distances[..., 0] * 3 + distances[..., 1]).flatten())
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = torch.roll(self.norm(self.patches(x).permute(0, 2, 3, 1)), (-1, -1), (1, 2))
        n, h, w, c = x.shape
        y = x.view(n, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, c)
        q, k, v = self.qkv(y).reshape(-1, 4, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-2, -1) / 2 + self.bias[self.distances].view(4, 4, 2).permute(2, 0, 1)[None]
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, h // 2, w // 2, 2, 2, c)
        y = y.permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
        return self.fc((x * torch.roll(y, (1, 1), (1, 2))).mean((1, 2)))


class Rotary(nn.Module):
    """Scores of queries and keys that are turned by their place, after division by the root mean square."""

    def __init__(self):
        super().__init__()
        self.qk = nn.Linear(8, 16)
        self.scale = nn.Parameter(torch.randn(8))

    def forward(self, x):
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.scale
        angles = torch.arange(5.0)[:, None] * 10 ** (-torch.arange(4.0) / 4)
        cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
        q, k = (v * cos + torch.cat([-v[..., 4:], v[..., :4]], -1) * sin for v in self.qk(x).chunk(2, -1))
        return q @ k.transpose(1, 2)


class TiedConvolutions(nn.Module):
    """The same kernels with and without strides, and transposed."""

    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(4, 4, 3, 3) / 4), nn.Parameter(torch.randn(4))

    def forward(self, x):
        y = F.relu(F.conv2d(x, self.weight, self.bias, padding=1))
        y = F.relu(F.conv2d(y, self.weight, self.bias, padding=1, stride=2))
        return F.conv_transpose2d(y, self.weight, stride=2, padding=1)


def grouped_transposed():
    return nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.PReLU(6),
        nn.ConvTranspose2d(6, 9, 3, stride=2, padding=(1, 2), output_padding=1, dilation=2, groups=3), nn.SELU(),
        nn.ConvTranspose2d(9, 2, (2, 3), stride=(1, 3), bias=False), nn.Softplus())


models = {
    "older-operators-opset11": (OlderOperators, lambda: torch.randn(3, 2, 5, 6), 11),
    "older-operators-opset12": (OlderOperators, lambda: torch.randn(3, 2, 5, 6), 12),
    "residual-opset11": (Residual, lambda: torch.randn(2, 3, 6, 7), 11),
    "gru-opset11": (Gru, lambda: torch.randn(3, 5, 3), 11),
    "residual": (Residual, lambda: torch.randn(2, 3, 6, 7)),
    "depthwise-separable": (depthwise_separable, lambda: torch.randn(3, 3, 8, 7)),
    "dilated-grouped": (dilated_grouped, lambda: torch.randn(2, 2, 9, 9)),
    "max-pool": (max_pool, lambda: torch.randn(3, 1, 13, 12)),
    "lenet": (lenet, lambda: torch.randn(3, 1, 12, 12)),
    "u-net": (UNet, lambda: torch.randn(2, 1, 8, 12)),
    "embedding-mean": (EmbeddingMean, lambda: torch.randint(0, 20, (4, 9))),
    "transformer": (Transformer, lambda: torch.randint(0, 11, (3, 5)), 14),
    "transformer-opset17": (Transformer, lambda: torch.randint(0, 11, (3, 5)), 17),
    "gru": (Gru, lambda: torch.randn(3, 5, 3)),
    "group-norm": (group_norm, lambda: torch.randn(3, 2, 6, 6)),
    "instance-norm": (instance_norm, lambda: torch.randn(3, 2, 6, 6)),
    "gelu-mlp": (gelu_mlp, lambda: torch.randn(4, 5)),
    "bilinear-decoder": (bilinear_decoder, lambda: torch.randn(3, 4)),
    "nearest-decoder": (nearest_decoder, lambda: torch.randn(3, 4)),
    "pixel-shuffle": (pixel_shuffle, lambda: torch.randn(2, 1, 4, 5)),
    "temporal": (Temporal, lambda: torch.randn(3, 2, 10)),
    "video": (video, lambda: torch.randn(2, 1, 5, 8, 8)),
    "lstm": (Lstm, lambda: torch.randn(3, 4, 3)),
    "conv-next": (ConvNext, lambda: torch.randn(2, 3, 8, 6)),
    "window-attention": (WindowAttention, lambda: torch.randn(2, 3, 8, 8)),
    "rotary": (Rotary, lambda: torch.randn(2, 5, 8)),
    "tied-convolutions": (TiedConvolutions, lambda: torch.randn(2, 4, 6, 6)),
    "grouped-transposed": (grouped_transposed, lambda: torch.randn(2, 2, 4, 5)),
    "einsum-attention": (EinsumAttention, lambda: torch.randn(2, 4, 5)),
}


def packed(tensor):
    """Bytes are shorter than numbers as text."""
    data = base64.b64encode(tensor.detach().contiguous().numpy().tobytes()).decode()
    return {"dtype": str(tensor.dtype)[6:], "shape": list(tensor.shape), "data": data}


def export(name, build, draw, opset=13):
    torch.manual_seed(zlib.crc32(name.encode()))
    model, x = build().eval(), draw()
    for key, tensor in model.state_dict().items():
        # Of equal tensors, such as the ones that a scale and a variance begin with, the exporter makes a single one.
        if tensor.is_floating_point() and tensor.ndim == 1:
            tensor.uniform_(0.5, 1.5)
    path = folder / f"{name}.onnx"
    torch.onnx.export(
        model, x, str(path), opset_version=opset, input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}, do_constant_folding=False, training=TrainingMode.PRESERVE,
    )
    if x.is_floating_point():
        x.requires_grad_()
    y = model(x)
    weights = torch.randn_like(y)
    (y * weights).sum().backward()
    gradients = {"x": packed(x.grad)} if x.requires_grad else {}
    gradients.update((key, packed(parameter.grad)) for key, parameter in model.named_parameters())
    expected = {"x": packed(x), "y": packed(y), "weights": packed(weights), "gradients": gradients}
    path.with_suffix(".json").write_text(json.dumps(expected, indent=2) + "\n")


for name in sys.argv[1:] or models:
    export(name, *models[name])
