"""Small networks of one shape, run side by side: what they tell, and how it changes with the rows.

A network is two hidden layers and the log-odds of each answer. It is learned with thinc; here its
numbers are multiplied by numpy, all networks at once, from the product of the rows and the weights
of the first layer on, which the rows need not be whole for.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from thinc.api import Linear, Mish, chain
from thinc.model import Model as Network

from claims.backend import backend

WIDTH = 96
"""Numbers of the first hidden layer; the second has half as many."""
STEEP = 20.0
"""From here on Mish is its input, as in thinc."""
LEAST_VARIANCE = 1e-8
"""What is added to a variance, as in thinc."""

Matrix = NDArray[numpy.float32]


def network(answers: int = 1, dropout: float = 0.0) -> "Network[Any, Any]":
    """Two hidden layers (Mish, layer normalization) and the log-odds of each answer."""
    with backend():
        return chain(
            Mish(WIDTH, normalize=True, dropout=dropout),
            Mish(WIDTH // 2, normalize=True, dropout=dropout),
            Linear(answers),
        )


class _Layer(NamedTuple):
    """A layer of several networks, the network first in each shape."""

    weights: Matrix
    """Shape (networks, numbers in, numbers out)."""
    bias: Matrix
    """Shape (networks, 1, numbers out)."""
    scale: Matrix
    """What is multiplied with after the normalization; shape as `bias`."""
    shift: Matrix
    """What is added then."""


class _Passed(NamedTuple):
    """What a layer made of its input, kept for the slopes."""

    sums: Matrix
    normal: Matrix
    deviation: Matrix
    values: Matrix


class Stack:
    """Networks side by side; a product of their first layers has them one after the other."""

    def __init__(self, networks: "Sequence[Network[Any, Any]]") -> None:
        self.size = len(networks)
        layers = [_layers(one) for one in networks]
        first, self.second = (
            _Layer(
                _stacked([each[at] for each in layers], "W").transpose(0, 2, 1),
                _stacked([each[at] for each in layers], "b")[:, None],
                _stacked([each[at + 1] for each in layers], "G")[:, None],
                _stacked([each[at + 1] for each in layers], "b")[:, None],
            )
            for at in (0, 2)
        )
        self.first = first
        self.weights: Matrix = numpy.concatenate(list(first.weights), axis=1).copy(order="C")
        """The weights of the first layers, shape (columns, numbers); rows of it are taken."""
        self.last = _stacked([each[4] for each in layers], "W").transpose(0, 2, 1)
        self.bias = _stacked([each[4] for each in layers], "b")[:, None]

    def _split(self, product: Matrix) -> Matrix:
        """A product, shape (networks, rows, numbers)."""
        return product.reshape(len(product), self.size, -1).transpose(1, 0, 2)

    def odds(self, product: Matrix) -> Matrix:
        """The log-odds that each network finds, shape (networks, rows, answers).

        Args:
            product: of the rows and `weights`.
        """
        first = _passed(self._split(product), self.first)
        second = _passed(first.values @ self.second.weights, self.second)
        found: Matrix = second.values @ self.last + self.bias
        return found

    def slopes(self, product: Matrix, answers: Sequence[int]) -> Matrix:
        """How fast the log-odds of each row's answer grow with its product; shape as that.

        Args:
            product: of the rows and `weights`.
            answers: the answer of each row.
        """
        first = _passed(self._split(product), self.first)
        second = _passed(first.values @ self.second.weights, self.second)
        wanted = self.last.transpose(0, 2, 1)[:, list(answers)]
        back = _back(wanted, second, self.second) @ self.second.weights.transpose(0, 2, 1)
        found = _back(back, first, self.first)
        return found.transpose(1, 0, 2).reshape(len(product), -1)


def _layers(one: "Network[Any, Any]") -> "list[Network[Any, Any]]":
    """The layers of a network that do something, in order."""
    return [n for n in one.walk(order="dfs_pre") if not n.layers and n.name != "dropout"]


def _stacked(layers: "Sequence[Network[Any, Any]]", name: str) -> Matrix:
    return numpy.stack([numpy.asarray(layer.get_param(name), "f4") for layer in layers])


def _mean(of: Matrix) -> Matrix:
    """The mean of each row, as a column; numpy's own takes three times as long for few rows."""
    found: Matrix = numpy.add.reduce(of, axis=2, keepdims=True) / of.shape[2]
    return found


def _passed(product: Matrix, layer: _Layer) -> _Passed:
    """Mish and layer normalization of what was multiplied with the weights of a layer."""
    sums = product + layer.bias
    grown = numpy.exp(numpy.minimum(sums, STEEP))
    grown *= grown + 2
    active = sums * (grown / (grown + 2))
    active -= _mean(active)
    deviation = numpy.sqrt(_mean(active * active) + LEAST_VARIANCE)
    active /= deviation
    return _Passed(sums, active, deviation, active * layer.scale + layer.shift)


def _back(slopes: Matrix, passed: _Passed, layer: _Layer) -> Matrix:
    """The slopes before a layer's bias, from those after it."""
    scaled = slopes * layer.scale
    along = _mean(scaled * passed.normal)
    centred = scaled - _mean(scaled) - passed.normal * along
    exponential = numpy.exp(numpy.minimum(passed.sums, STEEP))
    grown = exponential * (exponential + 2)
    part = grown / (grown + 2)
    rise = part + passed.sums * (1 - part * part) * exponential / (1 + exponential)
    found: Matrix = centred / passed.deviation * rise
    return found
