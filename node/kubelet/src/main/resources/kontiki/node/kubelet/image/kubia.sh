#!/bin/sh
# The first process of the sample: starts the listener and stops at once when asked to.
trap 'exit 0' TERM INT
echo "Kubia server starting..."
# nc's -ll serves one connection after the other with a process each; every further l makes the
# queue of waiting connections longer by one.
nc -$(printf 'l%.0s' $(seq 128)) -p 8080 -e /app/answer &
wait
