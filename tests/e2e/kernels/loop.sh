# The first process of the container: runs the lines that it reads, and tells their exit codes.
while read -r line <&3; do
    [ "$line" = exit ] && exit
    (eval "$line") >/dev/null 2>&1 </dev/null
    echo $? >&4
done
