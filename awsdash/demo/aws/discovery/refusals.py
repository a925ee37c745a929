"""How each service refuses a page's size or a token."""

from collections.abc import Callable
from dataclasses import dataclass

from awsdash.demo.aws.protocol import AwsError


def constraint(name: str, value: object, least: int, most: int) -> str:
    """The wording of most services, as for every constraint of their models."""
    named = name[:1].lower() + name[1:]
    is_low = isinstance(value, int) and value < least
    bound = f"greater than or equal to {least}" if is_low else f"less than or equal to {most}"
    return (
        f"1 validation error detected: Value '{value}' at '{named}' failed to satisfy "
        f"constraint: Member must have value {bound}"
    )


def ec2_bound(name: str, value: object, least: int, most: int) -> str:
    named = name[:1].lower() + name[1:]
    is_low = isinstance(value, int) and value < least
    bound = f"greater than {least}" if is_low else f"less than {most}"
    return f"Value ( {value} ) for parameter {named} is invalid. Expecting a value {bound}."


def range_bound(name: str, value: object, least: int, most: int) -> str:
    return f"Invalid value {value} for {name}. Must be between {least} and {most}"


def argument_bound(name: str, value: object, least: int, most: int) -> str:
    return f"Argument {name} must be an integer between {least} and {most}"


@dataclass(frozen=True)
class Refusals:
    """`token_message` may name the `{token}`."""

    token_code: str
    token_message: str
    limit_code: str = "ValidationException"
    limit_message: Callable[[str, object, int, int], str] = constraint

    def token(self, token: str) -> AwsError:
        return AwsError(self.token_code, self.token_message.format(token=token))

    def limit(self, name: str, value: object, least: int, most: int) -> AwsError:
        return AwsError(self.limit_code, self.limit_message(name, value, least, most))
