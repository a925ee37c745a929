"""Starts, watches and ends the demo's processes. `manage.py demo` is its only caller.

It runs in one thread on purpose: Linux ties "die with your parent" to the *thread* that started
a child, and only a process without other threads may safely run code between fork and exec.
"""
