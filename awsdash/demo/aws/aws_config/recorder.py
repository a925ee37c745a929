"""The configuration recorder of a place. moto keeps it; here is who asks for it."""

from typing import Any, Final

from moto.config.models import ConfigBackend, config_backends

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

NAME: Final = "default"
_ROLE: Final = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def backend_of(place: Place) -> ConfigBackend:
    return config_backends[place.account][place.region]


def run(place: Place) -> None:
    """Makes a recorder of everything, and lets it run, unless the place has one."""
    backend = backend_of(place)
    if backend.recorders:
        return
    backend.put_configuration_recorder(
        {"name": NAME, "roleARN": f"arn:aws:iam::{place.account}:{_ROLE}"}
    )
    bucket = f"config-bucket-{place.account}"
    backend.put_delivery_channel({"name": NAME, "s3BucketName": bucket})
    backend.start_configuration_recorder(NAME)


def require_available(place: Place) -> None:
    if not backend_of(place).recorders:
        raise AwsError(
            "NoAvailableConfigurationRecorderException",
            "There are no customer managed configuration recorders available to record your"
            " resources.",
        )


def require_running(place: Place) -> None:
    if not is_running(place):
        raise AwsError(
            "NoRunningConfigurationRecorderException",
            "There is no configuration recorder running.",
        )


def is_running(place: Place) -> bool:
    return any(recorder.status.recording for recorder in backend_of(place).recorders.values())


def describe_configuration_recorder_status(call: Call, asked: Members) -> Members:
    """moto's, in the words of AWS's model; what starts here has succeeded at once."""
    names = asked.get("ConfigurationRecorderNames") or list(backend_of(call.place).recorders)
    return {"ConfigurationRecordersStatus": [_status(call.place, name) for name in names]}


def _status(place: Place, name: str) -> dict[str, Any]:
    (status,) = _describe(place, name)
    started = status["lastStatus"] is not None if "lastStatus" in status else False
    return {
        "arn": f"arn:aws:config:{place.region}:{place.account}:configuration-recorder/{name}",
        **{member: value for member, value in status.items() if value is not None},
        **({"lastStatus": "Success"} if started else {}),
    }


def _describe(place: Place, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backend_of(place).describe_configuration_recorder_status([name])
    return found
