"""Runs a pipeline. An argument: the commit whose `scale` stands beside today's."""

import sys

from lab.steps import check, load, scale

from zenml import pipeline
from zenml.repo import Repository

old_scale = None


@pipeline
def measured():
    check(scale(load()))


@pipeline
def compared():
    numbers = load()
    check(scale(numbers))
    check.with_options(name="old_check")(old_scale.with_options(name="old_scale")(numbers))


if __name__ == "__main__":
    if sys.argv[1:]:
        old_scale = Repository.get_instance().get_step_by_version("lab.steps.scale", sys.argv[1])
        print(compared.with_options(enable_cache=False)().name)
    else:
        print(measured().name)
