"""Where to compute."""

from __future__ import annotations

import torch


def devices() -> tuple[str, ...]:
    """Names of the devices that torch can compute on here: "cpu", then its accelerator, each card of several apart."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator is None:
        return ("cpu",)
    count = torch.accelerator.device_count()
    return ("cpu", accelerator.type, *(f"{accelerator.type}:{i}" for i in range(count) if count > 1))


def pick_device(name: str = "auto") -> torch.device:
    """The device of a name; "auto" takes CUDA, then MPS, then the CPU.

    ValueError, in one sentence: the name is none of `devices`, or the device refuses to work.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    here = devices()
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")  # no name that torch knows; "meta" computes nothing, and is refused as well
    # "cuda" and "cuda:0" are one card.
    if (device.type, device.index or 0) not in {(each.type, each.index or 0) for each in map(torch.device, here)}:
        raise ValueError(f"device is {name!r}; allowed on this machine are {', '.join(('auto', *here))}.")
    try:
        torch.empty(1, device=device)
    except RuntimeError as error:
        why = str(error).strip().partition("\n")[0].rstrip(".")
        raise ValueError(f"device is {name!r}; it is here, but refuses to work: {why[:160]}.") from None
    return device
