"""What an expression of metric math comes to."""

from awsdash.demo.aws.metrics.expressions.arithmetic import Value, negate, operate
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.expressions.functions import invoke
from awsdash.demo.aws.metrics.expressions.syntax import (
    Array,
    ExpressionError,
    Invocation,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    Text,
)
from awsdash.demo.aws.metrics.time_series import TimeSeries


def evaluate(node: Node, context: Context) -> Value:
    match node:
        case Number(value):
            return value
        case Text(text):
            return text
        case Name(name):
            return name if name[0].isupper() else context.look_up(name)
        case Negation(operand):
            return negate(evaluate(operand, context))
        case Operation():
            return _operation(node, context)
        case Array(items):
            return [series for item in items for series in _members(evaluate(item, context))]
        case Invocation(function, arguments):
            return invoke(context, function, [evaluate(each, context) for each in arguments])


def _operation(node: Node, context: Context) -> Value:
    """Without recursion along the left, where a long sum is deep."""
    ahead: list[Operation] = []
    while isinstance(node, Operation):
        ahead.append(node)
        node = node.left
    value = evaluate(node, context)
    for operation in reversed(ahead):
        value = operate(operation.sign, value, evaluate(operation.right, context))
    return value


def _members(value: Value) -> list[TimeSeries]:
    match value:
        case TimeSeries():
            return [value]
        case list():
            return value
    raise ExpressionError("An array holds time series only")
