# The wheel, built where the checkout is.
FROM python:3.13-slim AS wheel
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

# The wheel and what it needs, in an environment of its own. A first run leaves the parsed specs beside their files, so
# that a start need not read YAML.
FROM python:3.13-slim AS environment
COPY constraints.txt /tmp/
COPY --from=wheel /dist /dist
RUN python -m venv /opt/mockserver \
 && /opt/mockserver/bin/pip install --no-cache-dir --constraint /tmp/constraints.txt "$(echo /dist/*.whl)[redis,intercept]" \
 && /opt/mockserver/bin/mockserver run -- true

FROM python:3.13-slim
COPY --from=environment /opt/mockserver /opt/mockserver
# The address is a setting, not an argument: it stays when `docker run` gives arguments of its own.
ENV PATH=/opt/mockserver/bin:$PATH PYTHONUNBUFFERED=1 MOCKSERVER_HOST=0.0.0.0 XDG_CACHE_HOME=/var/cache/mockserver
RUN useradd --system --no-create-home mockserver \
 && install --directory --owner mockserver /var/cache/mockserver
USER mockserver
WORKDIR /specs
# A run as that user leaves in its cache that the vendors are good, so that a start compiles those alone that are called.
RUN mockserver run -- true
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=5s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('MOCKSERVER_PORT', '8080') + '/_mock/health', timeout=1)"]
# Outside loopback the control API demands a token: MOCKSERVER_TOKEN, else the one that is printed at the start.
ENTRYPOINT ["mockserver"]
CMD ["serve"]
