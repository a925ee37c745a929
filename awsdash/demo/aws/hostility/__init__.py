"""The hostilities of AWS on demand: rules set over HTTP, and what each of them does to a call."""
