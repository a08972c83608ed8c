"""A trainer of one's own: a network with a way around its hidden layer."""

import torch

from zenml.steps.trainer import EpochLines, PyTorchBaseTrainer


class Around(torch.nn.Module):
    """A linear model, and a hidden layer that adds what is not linear."""

    def __init__(self, names: list[str], classes: int) -> None:
        super().__init__()
        self.names = names
        self.straight = torch.nn.Linear(len(names), classes)
        self.hidden = torch.nn.Linear(len(names), 16)
        self.last = torch.nn.Linear(16, classes)

    def forward(self, features: dict[str, torch.Tensor]) -> torch.Tensor:
        values = torch.cat([features[name].float() for name in self.names], dim=1)
        around = self.last(torch.relu(self.hidden(values)))
        return torch.softmax(self.straight(values) + around, dim=1)


class AroundTrainer(PyTorchBaseTrainer):
    """Trains it; reading, testing and saving are the base's."""

    def __init__(self, epochs: int = 15, **kwargs) -> None:
        self.epochs = epochs
        super().__init__(**kwargs)

    def model_fn(self, train, eval):
        (label,) = self.labels
        module = Around([feature.name for feature in self.features], label.classes)
        optimizer = torch.optim.Adam(module.parameters(), lr=0.02)
        self.history = {"loss": []}
        lines = EpochLines(self.epochs)
        for epoch in range(1, self.epochs + 1):
            losses = []
            for features, labels in train:
                optimizer.zero_grad()
                loss = -torch.log(module(features).gather(1, labels)).mean()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            self.history["loss"].append(sum(losses) / len(losses))
            lines.tell(epoch, {"loss": self.history["loss"][-1]})
        return module
