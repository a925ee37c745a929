"""Northwind's estate: a few hundred resources, told once as data.

From the same rows they are planted in moto, when somebody first asks their service, and described
as Config has them.
"""

from awsdash.demo.story.estate.chapter import register as plant_estate
from awsdash.demo.story.estate.holdings import RESOURCES

__all__ = ["RESOURCES", "plant_estate"]
