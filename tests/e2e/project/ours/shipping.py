"""A destination of our own."""

from zenml.steps.deployer import DeployerStep


class Ship(DeployerStep):
    def __init__(self, shelf, **kwargs):
        self.shelf = shelf
        super().__init__(**kwargs)

    def build_push_destination(self):
        from tfx.proto import pusher_pb2

        folder = pusher_pb2.PushDestination.Filesystem(base_directory=self.shelf)
        return pusher_pb2.PushDestination(filesystem=folder)
