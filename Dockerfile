# syntax=docker/dockerfile:1
# An image that holds one static binary and nothing else:
#
#   docker build -t stanch .
#   docker run --rm --network none -v "$PWD:/scan:ro" stanch            # the files
#   docker run --rm --network none -v "$PWD:/scan:ro" stanch git        # what git remembers
#
# `--build-arg FROM=released` takes the binary from dist/linux-amd64/ or dist/linux-arm64/, as the release workflow does.
ARG FROM=built

FROM rust:1.98.0-alpine3.24@sha256:a10e64dd139b7387337c7fbe8aca31b959b57b2fd4c8ae20a02cf1d6ea424dce AS built
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked && cp target/release/stanch /stanch

FROM scratch AS released
ARG TARGETARCH
COPY dist/linux-${TARGETARCH}/stanch /stanch

FROM ${FROM} AS binary

FROM scratch
COPY --from=binary /stanch /stanch
COPY LICENSE-MIT LICENSE-APACHE /
WORKDIR /scan
ENTRYPOINT ["/stanch"]
CMD ["scan"]
