"""What runs in the disposable process: the standard library, and what each child is made for.

Nothing here knows Django, a service or the rest of the portal. `process` starts it, and believes
nothing it says.
"""
