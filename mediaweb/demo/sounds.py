"""Sounds: chords, a melody, rain and bells, made of sines and noise."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaweb.demo.canvas import Random
from mediaweb.demo.encoding import SAMPLE_RATE

Samples = NDArray[np.floating[Any]]
Sound = Callable[[Random, float], Samples]


def _times(seconds: float) -> Samples:
    return np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE


def _pitch(note: float) -> float:
    """Return the frequency of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def _fade(samples: Samples, seconds: float = 1.0) -> Samples:
    length = int(seconds * SAMPLE_RATE)
    ramp = np.linspace(0, 1, length, dtype=np.float32) ** 2
    samples[:, :length] *= ramp
    samples[:, -length:] *= ramp[::-1]
    return np.asarray(samples / max(1e-6, float(np.abs(samples).max())) * 0.8, np.float32)


def pad(*chords: tuple[int, ...]) -> Sound:
    """Let soft chords flow into one another."""

    def play(rng: Random, seconds: float) -> Samples:
        time = _times(seconds)
        out = np.zeros((2, len(time)), np.float32)
        each = seconds / len(chords)
        for index, chord in enumerate(chords):
            swell = np.exp(-(((time - (index + 0.5) * each) / (each * 0.55)) ** 2))
            for note in chord:
                for side in range(2):
                    pitch = _pitch(note) * (1 + 0.0016 * (rng.random() - 0.5))
                    phase = 2 * np.pi * pitch * time + rng.random() * 6
                    out[side] += swell * (np.sin(phase) + 0.35 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase))
        return _fade(out * (0.8 + 0.2 * np.sin(2 * np.pi * 0.18 * time)), 1.5)

    return play


def melody(notes: tuple[int, ...], beat: float = 0.36, brightness: float = 0.4) -> Sound:
    """Pluck one note after the other, with an echo; 0 is a rest."""

    def play(_: Random, seconds: float) -> Samples:
        out = np.zeros((2, int(seconds * SAMPLE_RATE)), np.float32)
        ring = _times(1.8)
        for index, start in enumerate(np.arange(0, seconds - 2, beat)):
            note = notes[index % len(notes)]
            if not note:
                continue
            tone = sum(
                brightness**part
                * np.sin(2 * np.pi * _pitch(note) * (part + 1) * ring)
                * np.exp(-ring * (3 + 2 * part))
                for part in range(5)
            )
            place = 0.5 + 0.3 * np.sin(index)
            for delay, share in ((0.0, 1.0), (0.27, 0.3), (0.54, 0.12)):
                at = int((start + delay) * SAMPLE_RATE)
                room = min(len(ring), out.shape[1] - at)
                if room > 0:
                    out[0, at : at + room] += (tone * share * (1 - place))[:room]
                    out[1, at : at + room] += (tone * share * place)[:room]
        return _fade(out, 0.05)

    return play


def rain(rng: Random, seconds: float) -> Samples:
    """Let it rain on leaves: soft noise and many drops."""
    length = int(seconds * SAMPLE_RATE)
    hiss = rng.normal(0, 1, (2, length)).astype(np.float32)
    soft = (hiss + np.roll(hiss, 1, 1) + np.roll(hiss, 2, 1) + np.roll(hiss, 3, 1)) * np.float32(0.05)
    drop = np.exp(-_times(0.03) * 160)
    for at in rng.integers(0, length - len(drop), int(seconds * 60)):
        ring = drop * np.sin(2 * np.pi * (900 + 2600 * rng.random()) * _times(0.03)) * 0.5 * rng.random() ** 2
        soft[int(rng.integers(2)), at : at + len(drop)] += ring.astype(np.float32)
    return _fade(soft, 1.5)


def bells(rng: Random, seconds: float) -> Samples:
    """Ring bells far away, each with the partials of a bell."""
    out = np.zeros((2, int(seconds * SAMPLE_RATE)), np.float32)
    ring = _times(4)
    for start in np.arange(0.1, seconds - 3, 1.3):
        pitch = _pitch(int(rng.choice([62, 65, 69, 74])))
        partials = ((0.5, 0.5), (1, 1.0), (1.2, 0.5), (1.5, 0.35), (2, 0.45), (2.67, 0.2))
        tone = sum(
            share * np.sin(2 * np.pi * pitch * part * ring) * np.exp(-ring * (0.8 + part * 0.5))
            for part, share in partials
        )
        at = int(start * SAMPLE_RATE)
        room = min(len(ring), out.shape[1] - at)
        side = rng.random()
        out[0, at : at + room] += (tone * (0.4 + 0.6 * side))[:room]
        out[1, at : at + room] += (tone * (1 - 0.6 * side))[:room]
    return _fade(out, 0.05)
