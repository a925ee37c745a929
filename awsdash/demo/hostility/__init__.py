"""The demo's page that makes the emulated AWS hostile."""
