FROM swift:6.3-bookworm AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev libisal-dev libexpat1-dev libxxhash-dev libargon2-dev \
        libcurl4-openssl-dev libldap-dev zlib1g-dev \
        pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /martlet
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build --configuration release --static-swift-stdlib --product martlet \
    && strip .build/release/martlet

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl3 libisal2 libexpat1 libxxhash0 libargon2-1 \
        libcurl4 libldap-2.5-0 zlib1g \
        ca-certificates \
        curl \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 martlet \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin martlet \
    && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=builder /martlet/.build/release/martlet /usr/bin/martlet
COPY --chmod=755 Config/docker-entrypoint.sh /usr/bin/docker-entrypoint.sh
COPY LICENSE /usr/share/doc/martlet/LICENSE
# A crash report walks the stack for minutes and would hold up the restart.
ENV SWIFT_BACKTRACE=enable=no
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 9000 9001
# Covers the default port, with or without TLS; set your own where --address differs.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD curl -fsS http://127.0.0.1:9000/health/live || curl -fsSk https://127.0.0.1:9000/health/live
ENTRYPOINT ["/usr/bin/docker-entrypoint.sh"]
