"""Names for runs that were given none. In: chance. Out: `adjective-animal-number`."""

from __future__ import annotations

import os

ADJECTIVES = """
able agile airy alert ample apt azure balmy bold brave breezy bright brisk calm candid careful cheery civil
clean clear clever cosy crisp curious daring deft dapper eager early earnest easy fair fancy fast fleet fond
frank fresh gentle glad golden grand hardy hasty honest humble jolly keen kind light likely lively loyal lucky
mellow merry mild mighty modest neat nimble noble patient placid plucky polite proud quick quiet rapid ready
robust rustic sage serene sharp silent sincere smart snowy sober sound steady sunny swift tender thorough tidy
tranquil upbeat valiant vivid warm wise witty worthy young zesty
"""
ANIMALS = """
ant auk badger bat bear beaver bee bison boar bream bull carp cat cod colt coot crab crane cricket crow deer
dingo dog dolphin dove duck eagle eel elk emu ermine falcon ferret finch fox frog gecko gibbon gnu goat goose
grouse gull hare hawk hen heron hippo horse hound ibex ibis impala jackal jay kiwi koala lamb lark lemur lion
lizard llama loon lynx magpie marten mink mole moose moth mouse mule newt okapi orca oriole osprey otter owl
ox panda perch pike pony puffin quail rabbit ram raven robin rook salmon seal shark sheep shrew skunk sloth
snail snipe sole squid stoat stork swan tapir tern tiger toad trout tuna turtle viper vole wasp weasel whale
wolf wombat wren yak zebra
"""


def random_name() -> str:
    """Return a new name; the chance that two of a thousand are the same is below one in ten."""
    adjectives, animals = ADJECTIVES.split(), ANIMALS.split()
    adjective, animal, number = (int.from_bytes(os.urandom(4), "big") for _ in range(3))
    return f"{adjectives[adjective % len(adjectives)]}-{animals[animal % len(animals)]}-{number % 1000}"
