"""Hourly candles of BTC and ETH, cut into windows of 24 hours and the hour that follows, split by time."""

import dataclasses

import numpy as np

ASSETS = ["BTC", "ETH"]
HOURS = 24


@dataclasses.dataclass
class Windows:
    candles: np.ndarray  # float32 [n,24,5]: open, high, low, close, volume, oldest hour first
    target: np.ndarray  # float64 [n]: ln(high/low) of the hour after the window
    hour: np.ndarray  # int64 [n]: that hour, in hours since 1970
    asset: np.ndarray  # int64 [n]: index into ASSETS

    def where(self, mask):
        return Windows(self.candles[mask], self.target[mask], self.hour[mask], self.asset[mask])


def load(data):
    """Every window whose 25 hours follow one another without a gap, both assets."""
    parts = [windows(data / "candles" / f"{asset}USDT-1h.csv", i) for i, asset in enumerate(ASSETS)]
    return Windows(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in dataclasses.fields(Windows)))


def windows(path, asset):
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(6))
    stamp = table[:, 0]
    hour = (np.where(stamp > 1e14, stamp / 1000, stamp) / 3_600_000).astype(np.int64)  # microseconds from 2025 on
    candles = table[:, 1:]
    at = np.arange(HOURS, len(hour))
    at = at[hour[at] - hour[at - HOURS] == HOURS]
    past = np.stack([candles[i - HOURS : i] for i in at]).astype(np.float32)
    return Windows(past, np.log(candles[at, 1] / candles[at, 2]), hour[at], np.full(len(at), asset))


def boundaries(w):
    """The first validation hour (70% of the hours lie before it) and the first held-out hour (80%); the same for both assets."""
    hours = np.unique(w.hour)
    return hours[int(0.7 * len(hours))], hours[int(0.8 * len(hours))]
