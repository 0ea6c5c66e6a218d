from a
env x y
run apk add curl
entrypoint /x y