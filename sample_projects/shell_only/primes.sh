#!/usr/bin/env bash
# Counts the primes up to a number, and logs how many there are.
set -euo pipefail

numbers=$1
greeting=$2

# Any program that speaks HTTP can log, even bash alone: the address and the secret are in the environment.
log_metric() {
  local place=${MLFLOW_TRACKING_URI#http://} status
  local body="{\"run_id\": \"$MLFLOW_RUN_ID\", \"key\": \"$1\", \"value\": $2, \"timestamp\": $(date +%s)000}"
  exec 3<>"/dev/tcp/${place%:*}/${place#*:}"
  printf '%s\r\n' >&3 \
    "POST /api/2.0/mlflow/runs/log-metric HTTP/1.0" \
    "Host: $place" \
    "Authorization: Bearer $MLFLOW_TRACKING_TOKEN" \
    "Content-Type: application/json" \
    "Content-Length: ${#body}" \
    ""
  printf '%s' "$body" >&3
  read -r status <&3
  exec 3>&-
  [[ $status == *" 200 "* ]]
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
log_metric primes "$count"
