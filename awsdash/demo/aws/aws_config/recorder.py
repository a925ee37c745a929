"""The configuration recorder of a place. moto keeps it; here is who asks for it."""

from typing import Final

from moto.config.models import ConfigBackend, ConfigRecorder, config_backends

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


def describe_configuration_recorders(call: Call, asked: Members) -> Members:
    found = [
        {**recorder.to_dict(), "arn": _arn(call.place, name)}
        for name, recorder in _recorders(call.place, asked).items()
    ]
    return {
        "ConfigurationRecorders": [
            {name: value for name, value in row.items() if name != "status"} for row in found
        ]
    }


def describe_configuration_recorder_status(call: Call, asked: Members) -> Members:
    """In the words of AWS's model, not moto's; what starts here has succeeded at once."""
    found = [
        {**recorder.status.to_dict(), "arn": _arn(call.place, name)}
        for name, recorder in _recorders(call.place, asked).items()
    ]
    return {
        "ConfigurationRecordersStatus": [
            {**row, "lastStatus": "Success"} if "lastStatus" in row else row for row in found
        ]
    }


def _recorders(place: Place, asked: Members) -> dict[str, ConfigRecorder]:
    recorders: dict[str, ConfigRecorder] = backend_of(place).recorders
    names = asked.get("ConfigurationRecorderNames") or list(recorders)
    for name in names:
        if name not in recorders:
            raise AwsError(
                "NoSuchConfigurationRecorderException",
                f"Cannot find configuration recorder with the specified name '{name}'.",
            )
    return {name: recorders[name] for name in names}


def _arn(place: Place, name: str) -> str:
    return f"arn:aws:config:{place.region}:{place.account}:configuration-recorder/{name}"
