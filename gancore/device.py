"""Where to compute."""

from __future__ import annotations

import torch


def pick_device(name: str = "auto") -> torch.device:
    """ "auto" takes CUDA, then MPS, then the CPU; any other name must be a device that is here, or ValueError."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device is {name!r}; it cannot be used here ({str(error).splitlines()[0]})") from None
    return device
