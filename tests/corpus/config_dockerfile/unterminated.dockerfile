FROM a
RUN cat <<EOF
never ends