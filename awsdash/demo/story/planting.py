"""Puts the story into an AWS that holds nothing yet: who may call, then all else as asked."""

from functools import partial

from awsdash.demo.aws import chapters
from awsdash.demo.story.configuration.planting import plant_configuration
from awsdash.demo.story.estate import plant_estate
from awsdash.demo.story.functions import plant_functions
from awsdash.demo.story.identities import plant_identities
from awsdash.demo.story.lake.planting import plant_lake
from awsdash.demo.story.logs.planting import plant_log_groups
from awsdash.demo.story.metrics.planting import plant_metrics
from awsdash.demo.story.organization import plant_organization
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.traces.planting import plant_traces
from awsdash.demo.story.trail.planting import plant_trail


def plant(story: Timeline) -> None:
    plant_identities()
    chapters.tell_later("lambda", partial(plant_functions, story))
    chapters.tell_later("logs", partial(plant_log_groups, story))
    chapters.tell_later("cloudtrail", partial(plant_trail, story))
    chapters.tell_later("organizations", partial(plant_organization, story))
    chapters.tell_later("monitoring", partial(plant_metrics, story))
    chapters.tell_later("xray", partial(plant_traces, story))
    plant_estate(story)
    plant_lake(story)
    plant_configuration(story)
