from awsdash.demo.aws.metrics.alarms.alarm import plant_alarm
from awsdash.demo.aws.metrics.alarms.history import plant_alarm_history

__all__ = ["plant_alarm", "plant_alarm_history"]
