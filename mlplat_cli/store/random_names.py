"""Names for runs and models that nobody named. In: nothing. Out: `adjective-animal-number`."""

from __future__ import annotations

import secrets

_ADJECTIVES = (
    "amber bold brave bright brisk calm candid clever coral cosy crisp curious daring deft eager early fair fleet fond "
    "frank fresh gentle glad golden grand hardy hazel hearty honest humble jolly keen kind lively loyal lucid lunar "
    "mellow merry mild mighty neat nimble noble olive patient placid polite prime proud quick quiet rapid rare robust "
    "rosy rustic serene sharp silent silver sleek smart smooth solar spry stable steady sunny swift tidy tranquil "
    "trusty upbeat vivid warm wise witty young zesty"
)
_ANIMALS = (
    "ant badger bat bear beaver bee bison boar buffalo camel cat chamois cheetah cobra cod condor crab crane crow deer "
    "dingo dove duck eagle eel elk falcon ferret finch fox frog gecko gnu goat goose grouse gull hare hawk hen heron "
    "horse ibex jackal jay kite koala lark lemur lion llama lynx mole moose moth mouse mule newt otter owl ox panda "
    "parrot perch pony puffin puma quail rabbit ram raven robin seal shark sheep shrew skink sloth snail sparrow squid "
    "stork swan tapir tern tiger toad trout turtle vole walrus wasp whale wolf wombat wren yak zebra"
)


def random_name() -> str:
    """Make up a name that a person can say and remember, `calm-otter-417`; it need not be unique."""
    return f"{secrets.choice(_ADJECTIVES.split())}-{secrets.choice(_ANIMALS.split())}-{secrets.randbelow(1000)}"
