"""A child that never reads its job."""

import time


def main() -> None:
    while True:
        time.sleep(60)
