"""Filter and order texts in, syntax trees out. No SQL: `mlplat_cli.store` compiles the trees.

    filter  = either ;
    either  = all { OR all } ;
    all     = one { AND one } ;
    one     = NOT one | "(" either ")" | comparison ;
    comparison = field ( "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | [NOT] LIKE | [NOT] ILIKE | [NOT] RLIKE ) value
               | field [NOT] IN "(" value { "," value } ")"
               | field [NOT] BETWEEN number AND number
               | field IS [NOT] NULL ;
    field   = attribute | prefix "." key ;

RLIKE, a regular expression, is answered for traces.

Every filter that MLflow's grammar allows means the same here. A comparison with a key that a thing lacks is false, also
`!=`, NOT IN and NOT LIKE; NOT turns false into true.
"""

from mlplat_cli.search.fields import (
    EVALUATION_DATASET,
    EXPERIMENT,
    LOGGED_MODEL,
    MODEL_VERSION,
    REGISTERED_MODEL,
    RUN,
    TRACE,
    Attribute,
    Entity,
    ValueType,
)
from mlplat_cli.search.order import OrderKey, check_orderable, parse_order
from mlplat_cli.search.parser import parse_field, parse_filter
from mlplat_cli.search.tree import (
    And,
    Comparison,
    Expression,
    Field,
    FieldKind,
    IsMissing,
    Membership,
    Not,
    Operator,
    Or,
    Value,
)

__all__ = [
    "EVALUATION_DATASET",
    "EXPERIMENT",
    "LOGGED_MODEL",
    "MODEL_VERSION",
    "REGISTERED_MODEL",
    "RUN",
    "TRACE",
    "And",
    "Attribute",
    "Comparison",
    "Entity",
    "Expression",
    "Field",
    "FieldKind",
    "IsMissing",
    "Membership",
    "Not",
    "Operator",
    "Or",
    "OrderKey",
    "Value",
    "ValueType",
    "check_orderable",
    "parse_field",
    "parse_filter",
    "parse_order",
]
