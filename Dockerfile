# One image for web, worker, beat and migrate (docker-compose.yml gives the commands).

FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements/uv.txt requirements/app.txt requirements/
# uv stays out of the final image. Nothing here names a package index: the builder's pip configuration decides.
RUN python -m venv /uv \
    && /uv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && python -m venv --without-pip .venv \
    && /uv/bin/uv pip sync --python .venv/bin/python --no-cache --compile-bytecode --require-hashes requirements/app.txt
COPY . .
# Production settings are needed to name the static files by their content; none of these values is kept.
RUN .venv/bin/python -m scripts.translations compile \
    && POLARIS_ENV=production POLARIS_VAR=/var/lib/polaris ALLOWED_HOSTS=localhost BASE_URL=http://localhost \
       SECRET_KEY=only-for-collecting-static-files-in-this-build-step \
       DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 \
       .venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim
ARG BUILD=""
ENV BUILD=$BUILD \
    PATH=/app/.venv/bin:$PATH \
    POLARIS_ENV=production \
    POLARIS_VAR=/var/lib/polaris \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# For emoji and scripts beyond ours in PDFs: --build-arg FONTS="fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
ARG FONTS=""
RUN if [ -n "$FONTS" ]; then \
        apt-get update && apt-get install --yes --no-install-recommends $FONTS && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --system --uid 10001 --home-dir /var/lib/polaris --shell /usr/sbin/nologin polaris
WORKDIR /app
COPY --from=build /app /app
COPY --from=build /var/lib/polaris /var/lib/polaris
# Only what is written while running belongs to the user: uploads.
RUN mkdir -p /var/lib/polaris/media && chown polaris: /var/lib/polaris /var/lib/polaris/media
USER polaris
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "scripts.healthy"]
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", "--timeout-graceful-shutdown", "2"]
