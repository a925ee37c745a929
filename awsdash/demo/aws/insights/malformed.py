"""How Logs Insights refuses a query that it cannot compile."""

from awsdash.demo.aws.protocol import AwsError


class MalformedQuery(AwsError):
    """MalformedQueryException, with where in the query the trouble lies, in characters."""

    def __init__(self, message: str, start: int, end: int) -> None:
        location = {"startCharOffset": start, "endCharOffset": end}
        compile_error = {"location": location, "message": message}
        super().__init__(
            "MalformedQueryException", message, members={"queryCompileError": compile_error}
        )


def unexpected(source: str, text: str, start: int) -> MalformedQuery:
    """In AWS's words; `text` is the symbol, `<EOF>` at the end."""
    line = source.count("\n", 0, start) + 1
    position = start - (source.rfind("\n", 0, start) + 1)
    message = f"unexpected symbol found {text} at line {line} and position {position}"
    end = len(source) if text == "<EOF>" else start + len(text)
    return MalformedQuery(message, start, end)
