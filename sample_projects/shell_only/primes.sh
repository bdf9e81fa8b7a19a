#!/usr/bin/env bash
# Counts the primes up to a number; logs each one that it finds, and their count at the end.
set -euo pipefail

numbers=$1
greeting=$2

# Any program that speaks HTTP can log: the address and the secret are in the environment.
log_metric() {
  local now=$(($(date +%s) * 1000))
  # The secret is read from standard input: arguments of a process can be seen by everyone.
  curl --silent --show-error --fail --output /dev/null --config - "$MLFLOW_TRACKING_URI/api/2.0/mlflow/runs/log-metric" \
    --data "{\"run_id\": \"$MLFLOW_RUN_ID\", \"key\": \"$1\", \"value\": $2, \"step\": $3, \"timestamp\": $now}" \
    <<<"header = \"Authorization: Bearer $MLFLOW_TRACKING_TOKEN\""
}

is_prime() {
  local divisor
  for ((divisor = 2; divisor * divisor <= $1; divisor++)); do
    (($1 % divisor)) || return 1
  done
}

echo "$greeting"
count=0
for ((number = 2; number <= numbers; number++)); do
  if is_prime "$number"; then
    count=$((count + 1))
    echo "$number is prime"
  fi
done
log_metric primes "$count" "$numbers"
