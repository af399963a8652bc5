"""The mean of checkpoints: python training/average.py OUT.safetensors RUN/reader.safetensors ...

Averaging the stages of one run is steadier than its last one (Izmailov et al., Averaging weights
leads to wider optima and better generalization, UAI 2018).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def main() -> None:
    """Writes the mean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the reader.safetensors to write")
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="those to average")
    options = parser.parse_args()
    loaded = [load_file(str(run)) for run in options.runs]
    mean = {
        name: torch.stack([weights[name].float() for weights in loaded]).mean(0).contiguous()
        for name in loaded[0]
    }
    save_file(mean, str(options.out))


if __name__ == "__main__":
    main()
