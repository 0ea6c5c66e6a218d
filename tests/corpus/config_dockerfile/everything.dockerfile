# syntax=docker/dockerfile:1
# escape=\
ARG BASE=debian VERSION=12
FROM --platform=$BUILDPLATFORM ${BASE}:${VERSION:-12}-slim AS build
ARG TARGETARCH
ENV A=1 B="two words" C='$A' D=${A:+x}
ENV OLD value with spaces
LABEL a.b="c" d=e
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN --mount=type=cache,target=/var/cache/apt --network=default \
    # a comment

    apt-get update && \
    apt-get install -yq --no-install-recommends curl=$B | tee /log
RUN <<EOF
set -e
curl -fsSL https://x.example | sudo bash -s -- --x
EOF
COPY --chown=1:1 --from=0 <<A <<-"B" a b /dst/
one $A
A
	two
	B
ADD --checksum=sha256:00 ["https://x.example/f", "/f"]
HEALTHCHECK --interval=30s CMD curl -f http://localhost/ || exit 1
ONBUILD RUN <<E
make
E
EXPOSE 80 8000-8010/udp $PORT
VOLUME /data
STOPSIGNAL SIGKILL
MAINTAINER x
USER 1000:1000
WORKDIR /app
from scratch
copy --from=build /x /x
CMD ["/x"]
