"""Northwind's estate: a few hundred resources, told once as data.

From the same rows they are planted in moto, when somebody first asks their service, and described
as Config has them.
"""

from awsdash.demo.story.estate.chapter import register as plant_estate
from awsdash.demo.story.estate.configuration_items import base_items
from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.log_groups import LogGroup, log_groups

__all__ = ["RESOURCES", "LogGroup", "base_items", "log_groups", "plant_estate"]
