#!/bin/sh
# One request from standard input to its answer on standard output.
cr=$(printf '\r')
read -r -t 60 request || exit 0
length=0
while read -r -t 60 name value; do
  case "$name" in
    "" | "$cr") break ;;
    [Cc]ontent-[Ll]ength:) length=${value%"$cr"} ;;
  esac
done
[ "$length" -gt 0 ] 2>/dev/null && head -c "$length" >/dev/null
read -r host </proc/sys/kernel/hostname
echo "Received request ${request%"$cr"}" >/proc/1/fd/1
body="You've hit $host"
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' \
  $((${#body} + 1)) "$body"
