set -euo pipefail
FOO=bar
export V="1.2"
apt-get update && apt-get install -y --no-install-recommends curl=${V} "$X" $FOO && rm -rf /var/lib/{apt,cache}/*
curl -sSL https://x.y/z | sudo -E env A=b bash -s -- --foo
sh -c 'echo hi | tee /x; rm "$Y"'
bash -o pipefail -c "a | b $(date)"
for i in a b; do echo $i; done
if [[ $a =~ ^(a|b)$ && -f x ]]; then ((i++)); fi
case $x in a|b) echo 1;; (c) echo 2 ;; esac
cat <<EOF > /etc/x
hello $(whoami) `id`
EOF
find . -name x -exec chmod 777 {} + 
diff <(a) <(b)
foo() { echo in; }
find / -print0 | xargs -0 -n 1 rm -f
bash <<'X'
inner cmd
X
x=$((1+2)) y=(a b c); echo ${y[@]} ${#y} "${V:-x}"
