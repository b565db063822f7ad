# One image for web, workers and clock. Nothing is compiled: every requirement has a wheel.
#   docker build -t privas .
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python3 -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt
COPY . .
# Hashed names and compressed copies of all static files, made once, here. The key signs nothing.
RUN SECRET_KEY=only-for-collectstatic-0123456789-abcdefghij DATA_DIR=/tmp/data \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/data

FROM ${BASE}
LABEL org.opencontainers.image.title="Privas" \
      org.opencontainers.image.description="Website chat: an AI representative answers first, people back it up."
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data LOG_FORMAT=json
WORKDIR /app
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin privas \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "privas.programs", "web"]
