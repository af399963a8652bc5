"""Train the sentence reader: python training/train.py --data DATA --out runs/reader

Seeded; on the same machine with --minutes 0 a run can be repeated. Writes reader.safetensors
(float32) at the end and every --save steps, and log.jsonl. Progress goes to the log. Each batch is
shared out among --workers processes of one thread each, which meet once a step: on a busy machine
threads that meet in every product would spend their time waiting for each other.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import pickle
import random
import sys
import time
from pathlib import Path

import torch
import torch.distributed as distributed
import torch.nn.functional as F
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batches import Example, Numberer, batches, tensors
from examples import all_windows
from model import Reader, base_folder, from_encoder, trained
from windows import UNJUDGED, Window, cut_window, in_validation
from wording import attributed, pointed, roughen
from written import retrieved

LOG = logging.getLogger("train")
# How many windows of each set one run sees; more than a set has means every one of them once
# (the written questions: as many times as the number says).
MIX = {
    "squad2": 9000, "squad1": 2500, "selqa": 2000, "squad1_sentences": 2500, "nq_gold": 1400,
    "qed": 1100, "clapnq": 500, "condaqa": 1100, "boolq": 500, "fm2": 800, "fever_dev": 600,
    "check_covid": 900, "scifact": 600, "covid_qa": 1400, "pubmedqa": 300, "medquad": 3000,
    "retrieved": 1_000_000, "written": 1_000_000, "mined": 2500, "elsewhere": 9000,
}  # fmt: skip
ABOUT_A_PAGE = ("retrieved", "written", "elsewhere", "medquad")
OURS = ("retrieved", "written", "mined", "elsewhere")


def choose(
    sets: dict[str, list[Window]], mix: dict[str, int], repeats: int, rng: random.Random
) -> list[Window]:
    """The training part, thinned to the mix; the written questions come `repeats` times."""
    chosen = []
    for name, windows in sets.items():
        usable = [w for w in windows if not in_validation(name, w.group)]
        rng.shuffle(usable)
        part = usable[: mix[name]]
        chosen += part * repeats if name == "written" else part
    rng.shuffle(chosen)
    return chosen


def loss_of(reader: Reader, batch: list[Example]) -> torch.Tensor:
    """Each sentence by itself, the sentences against each other and "none", the answer's words."""
    ids, types, mask, member, labels, words = tensors(batch)
    logits, tokens = reader(ids, types, mask, member)
    known = labels >= 0
    single = F.binary_cross_entropy_with_logits(
        logits[known], labels[known].float(), pos_weight=torch.tensor(2.0), reduction="sum"
    ) / max(int(known.sum()), 1)
    return single + 0.5 * _listwise(logits, labels) + 0.3 * _wordwise(tokens, words)


def _listwise(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    none = torch.zeros(len(logits), 1)
    rival = labels != UNJUDGED
    rival &= labels != -9
    scores = torch.cat([logits.masked_fill(~rival, -1e4), none], dim=1)
    right = torch.cat([labels == 1, ~(labels == 1).any(1, keepdim=True)], dim=1)
    chance = torch.logsumexp(scores.masked_fill(~right, -1e4), 1) - torch.logsumexp(scores, 1)
    whole = rival.any(1)
    return -chance[whole].sum() / max(int(whole.sum()), 1)


def _wordwise(tokens: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    known = words >= 0
    if not known.any():
        return tokens.sum() * 0
    return F.binary_cross_entropy_with_logits(
        tokens[known], words[known].float(), pos_weight=torch.tensor(4.0)
    )


def train(
    reader: Reader, work: list[list[Example]], options: argparse.Namespace, rank: int
) -> None:
    head = [p for n, p in reader.named_parameters() if n.split(".")[0] in HEAD]
    body = [p for n, p in reader.named_parameters() if n.split(".")[0] not in {*HEAD, "words"}]
    reader.words.weight.requires_grad_(False)
    groups = [{"params": body, "lr": options.rate}, {"params": head, "lr": options.rate * 5}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    peaks = [group["lr"] for group in optimizer.param_groups]
    begun, seen, running, share = time.monotonic(), 0, None, 0.0
    reader.train()
    log = (options.out / "log.jsonl").open("a", encoding="utf-8")
    for step, batch in enumerate(work):
        share = max(share, step / len(work))
        if share >= 1 or step == options.steps > 0:
            break
        factor = min((step + 1) / options.warmup, 1.0) * max(1 - share, 0.02)
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * factor
        mine = batch[rank :: options.workers] or batch[:1]
        loss = loss_of(reader, mine)
        loss.backward()
        spent = (time.monotonic() - begun) / 60 / options.minutes if options.minutes else 0.0
        value, share = _meet(body + head, [loss.item(), spent], options.workers)
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seen += len(batch)
        running = value if running is None else 0.97 * running + 0.03 * value
        if rank == 0 and step % 10 == 0:
            rate = seen / (time.monotonic() - begun)
            row = {"step": step, "of": len(work), "seen": seen, "loss": round(running, 4)}
            log.write(json.dumps({**row, "windows_per_second": round(rate, 1)}) + "\n")
            log.flush()
            LOG.info("step %d of %d, loss %.4f, %.1f/s", step, len(work), running, rate)
        if rank == 0 and step and step % options.save == 0:
            save(reader, options.out)
    log.close()
    if rank == 0:
        save(reader, options.out)


def _meet(
    parameters: list[torch.nn.Parameter], values: list[float], workers: int
) -> tuple[float, ...]:
    """Average the gradients, and these values, over the workers."""
    if workers == 1:
        return tuple(values)
    rows = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([*(row.flatten() for row in rows), torch.tensor(values)])
    distributed.all_reduce(flat)
    flat /= workers
    at = 0
    for parameter, row in zip(parameters, rows, strict=True):
        parameter.grad = flat[at : at + row.numel()].view_as(row).clone()
        at += row.numel()
    return tuple(flat[at:].tolist())


HEAD = frozenset({"word", "mix", "last", "peak"})


def save(reader: Reader, folder: Path) -> None:
    fresh = folder / "reader.tmp"
    save_file({n: v.detach().contiguous() for n, v in reader.state_dict().items()}, str(fresh))
    os.replace(fresh, folder / "reader.safetensors")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="DIR",
        default=Path(__file__).parent,
        help="folder of questions*.jsonl (this one)",
    )
    parser.add_argument("--retrieved", type=Path, help="what mine.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--start", type=Path, help="folder of the BERT to begin with (the encoder)")
    parser.add_argument("--layers", type=int, default=6, help="of it that are kept (6)")
    parser.add_argument("--init", type=Path, help="go on from this reader.safetensors")
    parser.add_argument("--seed", type=int, default=7, help="(7)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the public mix")
    parser.add_argument("--repeats", type=int, default=2, help="times the written questions come")
    parser.add_argument("--without", nargs="*", default=[], help="sets to leave out")
    parser.add_argument("--size", type=int, default=32, help="windows in a batch")
    parser.add_argument("--longest", type=int, default=144, help="tokens in a window")
    parser.add_argument("--rate", type=float, default=1e-4, help="of learning, at its peak (1e-4)")
    parser.add_argument("--save", type=int, default=100, help="steps between checkpoints")
    parser.add_argument("--minutes", type=float, default=0, help="stop by then; 0 = never")
    parser.add_argument("--steps", type=int, default=0, help="end after so many; 0 = all")
    parser.add_argument("--warmup", type=int, default=40, help="steps")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each (2)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.out.mkdir(parents=True, exist_ok=True)
    work = prepare(options)
    with (options.out / "work.pickle").open("wb") as file:
        pickle.dump(work, file)
    if options.workers == 1:
        work_on(0, options)
    else:
        torch.multiprocessing.spawn(work_on, (options,), options.workers)  # type: ignore[no-untyped-call]


def prepare(options: argparse.Namespace) -> list[list[Example]]:
    """The batches, in the order in which they are trained on."""
    rng = random.Random(options.seed)
    sets = all_windows(options.data, options.questions, options.seed)
    if options.retrieved:
        sets["retrieved"] = retrieved(options.retrieved)
    mix = {n: size if n in OURS else int(size * options.scale) for n, size in MIX.items()}
    mix |= dict.fromkeys(options.without, 0)
    chosen = choose(sets, mix, options.repeats, rng)
    number = Numberer(base_folder(), options.longest)
    examples = [e for w in chosen if (e := number(ready(w, rng))) is not None]
    LOG.info("%d windows, %d sentences", len(examples), sum(len(e.labels) for e in examples))
    return batches(examples, options.size, options.longest, rng)


def work_on(rank: int, options: argparse.Namespace) -> None:
    """One worker of one thread."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    if options.workers > 1:
        meeting = f"file://{(options.out / f'meeting-{os.getppid()}').resolve()}"
        distributed.init_process_group(
            "gloo", init_method=meeting, rank=rank, world_size=options.workers
        )
    with (options.out / "work.pickle").open("rb") as file:
        work = pickle.load(file)
    reader = (
        trained(options.init)
        if options.init
        else from_encoder(options.start or base_folder(), options.layers)
    )
    train(reader, work, options, rank)


def ready(window: Window, rng: random.Random) -> Window:
    """Cut, with a roughened question, and sometimes without its heading."""
    whole = window.dataset == "retrieved"  # as the product reads it
    cut = window if whole else cut_window(window, rng, 5)
    heading = "" if rng.random() < 0.15 else cut.heading
    asked = cut.question
    if window.dataset in ABOUT_A_PAGE and rng.random() < 0.15:
        asked = pointed(asked, cut.heading)
    question = roughen(asked, rng)
    shown = cut.sentences
    if rng.random() < 0.3:  # whole windows, so that the voice gives nothing away
        shown = tuple(attributed(s, rng) if rng.random() < 0.7 else s for s in shown)
    return Window(cut.dataset, cut.group, question, heading, shown, cut.labels, cut.answers)


if __name__ == "__main__":
    main()
