"""IP addresses and subnets in the functions of the query language."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_REMEMBERED = 4096


def is_valid(address: str) -> bool:
    return _address(address) is not None


def is_valid_v4(address: str) -> bool:
    return isinstance(_address(address), IPv4Address)


def is_valid_v6(address: str) -> bool:
    return isinstance(_address(address), IPv6Address)


def is_in_subnet(address: str, subnet: str) -> bool:
    found, network = _address(address), _network(subnet)
    return found is not None and network is not None and found in network


def is_v4_in_subnet(address: str, subnet: str) -> bool:
    return is_valid_v4(address) and is_in_subnet(address, subnet)


def is_v6_in_subnet(address: str, subnet: str) -> bool:
    return is_valid_v6(address) and is_in_subnet(address, subnet)


@lru_cache(MOST_REMEMBERED)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(MOST_REMEMBERED)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
