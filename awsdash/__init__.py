"""The portal. It knows no data plane service by name: those are folders under services/."""
