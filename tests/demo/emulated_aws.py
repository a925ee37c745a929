"""A running emulated AWS as tests see it: boto3 clients and the emulator's own interface."""

import http.client
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from boto3.session import Session
from botocore.config import Config

from awsdash.demo.story.cast import (
    BASE_ACCESS_KEY_ID,
    BASE_SECRET_ACCESS_KEY,
    EXTERNAL_ID,
    role_arn,
)
from tests.demo.shapes import hold

EPOCH: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
EPOCH_MS: Final = int(EPOCH.timestamp() * 1000)

# Those whose answers are ours; moto's own are as true as moto has them.
HELD: Final = {
    "athena",
    "cloudtrail",
    "cloudwatch",
    "config",
    "glue",
    "logs",
    "organizations",
    "resourcegroupstaggingapi",
    "xray",
}

_session = Session()
_config = Config(retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Keys:
    key_id: str
    secret: str
    token: str | None = None


BASE_KEYS: Final = Keys(BASE_ACCESS_KEY_ID, BASE_SECRET_ACCESS_KEY)


@dataclass(frozen=True)
class EmulatedAws:
    url: str

    def client(self, service: str, keys: Keys = BASE_KEYS, region: str = "eu-west-1") -> Any:
        client: Any = _session.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=keys.key_id,
            aws_secret_access_key=keys.secret,
            aws_session_token=keys.token,
            config=_config,
        )
        if service in HELD:
            hold(client)
        return client

    def assume_reader(self, account: str, region: str = "eu-west-1") -> Keys:
        answer = self.client("sts", region=region).assume_role(
            RoleArn=role_arn(account), RoleSessionName="test", ExternalId=EXTERNAL_ID
        )
        issued = answer["Credentials"]
        return Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])

    def reader(self, service: str, account: str, region: str = "eu-west-1") -> Any:
        """A client of the role that AWS Dash reads this account with."""
        return self.client(service, self.assume_reader(account, region), region)

    def control(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """The status and the JSON that the emulator's own interface answers."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/_emulator/{path}", content)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None
