"""An emulated AWS over HTTP: moto, made truer where AWS Dash looks closely, telling a story."""
