a; sh -c 'b; c | (d|e)$ && f ]]; then
cat <<X
$(g
