# The portal and its workers: one image, docker-compose.yml shows the commands.

FROM python:3.12-slim AS build
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AWSDASH_VAR_DIR=/var/lib/awsdash \
    AWSDASH_LOG_FILE=/var/lib/awsdash/logs/awsdash.log
RUN useradd --system --uid 10001 --create-home awsdash \
    && install --directory --owner awsdash --mode 0700 /var/lib/awsdash
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN python -m compileall -q awsdash services
USER awsdash
VOLUME /var/lib/awsdash
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "tools/healthcheck.py"]
CMD ["python", "-m", "gunicorn", "awsdash.wsgi", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "1", "--threads", "16", \
     "--graceful-timeout", "30", "--access-logfile", "/dev/null", "--log-level", "warning", \
     "--no-control-socket"]
