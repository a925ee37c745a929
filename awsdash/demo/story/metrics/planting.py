"""What CloudWatch has measured: of the functions' runs, of the plots' machines, of all the rest."""

from awsdash.demo.aws.metrics.store import plant
from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate import RESOURCES
from awsdash.demo.story.metrics.alarms import plant_alarms
from awsdash.demo.story.metrics.estate import series_of_estate
from awsdash.demo.story.metrics.functions import series_of_functions
from awsdash.demo.story.metrics.machines import series_of_machines
from awsdash.demo.story.timeline import Timeline


def plant_metrics(story: Timeline) -> None:
    plant_alarms(story)
    told = set()
    for function, series in series_of_functions(story):
        plant(Place(function.account, function.region), series)
    for place, series in series_of_machines(story):
        told.add((place, series.namespace, series.dimensions))
        plant(place, series)
    for place, series in series_of_estate(story, RESOURCES):
        if (place, series.namespace, series.dimensions) not in told:
            plant(place, series)
