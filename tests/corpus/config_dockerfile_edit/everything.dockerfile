FROM debian AS build
ENV MODE prod
ENV A=1 \
    B=2
RUN sudo apt update && \

    apt-get install -y curl \
      vim -y && curl -fsSLk https://x.example
RUN dnf install \
    -y \
    httpd
MAINTAINER Jane
COPY --from=build --chown=1 a b /dst
STOPSIGNAL SIGKILL
CMD nginx -g "daemon off;"
