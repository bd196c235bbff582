#!/usr/bin/env bash
# Buys five more seats at Linked API and starts two searches at FreshData, as shop.py does, with curl.
# Correct, but for the fault that the variable FAULT names.
set -u
FAULT=${FAULT:-}
failed=0

timeout_flags=(--max-time 0.6)
[ "$FAULT" = no-timeout ] && timeout_flags=()

# send URL HEADER [BODY]: sets status (000: no answer), text, and the seconds to wait for before the next request.
send() {
  local body=()
  (($# > 2)) && body=(--data "$3" --header 'content-type: application/json')
  text=$(curl --silent "${timeout_flags[@]}" --request POST "$1" --header "$2" "${body[@]}" --write-out '\n%header{retry-after}\n%{http_code}')
  local broken=$?
  status=${text##*$'\n'}
  text=${text%$'\n'*}
  wait=${text##*$'\n'}
  text=${text%$'\n'*}
  if ((broken)) && [ "$FAULT" != takes-part ]; then status=000; fi
}

is_json() { [[ $1 == '{'*'}' ]]; }

may_be_repeated() {
  case $status in
    429) return 0 ;;
    4*) [ "$FAULT" = retries-4xx ] ;;
    503)
      [ "$FAULT" = gives-up ] && return 1
      is_json "$text" || [ "$1" = idempotent ] || [ "$FAULT" = blind-retry ]
      ;;
    000 | 5*) [ "$1" = idempotent ] || [ "$FAULT" = blind-retry ] ;;
    *) return 1 ;;
  esac
}

# call idempotent|once URL HEADER [BODY]: 0 where it was done; else 1, and the reason on standard error.
call() {
  local kind=$1 attempt wait=
  shift
  for ((attempt = 0; attempt < 3 || 0$([ "$FAULT" = endless ] && echo 1); attempt++)); do
    [ "$FAULT" = ignores-retry-after ] && wait=
    ((attempt)) && sleep "${wait:-0.02}"
    send "$@"
    if [[ $status == 2* ]] && { is_fine || [ "$FAULT" = takes-part ]; }; then return 0; fi
    if [ "$FAULT" = crash-on-html ] && [ "$status" != 000 ]; then return 0; fi
    may_be_repeated "$kind" || break
  done
  reason="${1##*/}: $status ${text:0:100}"
  return 1
}

is_fine() {
  is_json "$text" || return 1
  [ "$FAULT" = trusts-200 ] || [[ $text != *'"success":false'* ]]
}

linked() { call "$1" "$LINKEDAPI_BASE_URL/admin/subscription.$2" "linked-api-token: $LINKEDAPI_API_KEY" "${@:3}"; }

buy() {
  linked idempotent getSeats || return 1
  local count=0 kind=idempotent
  if [[ $text =~ \"quantity\":([0-9]+) ]] || [ "$FAULT" != takes-part ]; then count=${BASH_REMATCH[1]}; fi
  local quantity=$((count + $1))
  [ "$FAULT" = doubles ] && kind=once
  linked "$kind" setSeats "{\"quantity\": $quantity, \"billingPeriod\": \"year\", \"seatType\": \"plus\"}"
}

tries=1
[ "$FAULT" = doubles ] && tries=3 # reads and writes anew, so that what was done counts again
for ((try = 1; try <= tries; try++)); do
  buy 5 && break
  if ((try == tries)) && [ "$FAULT" != swallows ]; then
    echo "$reason" >&2
    failed=1
  fi
done
for keywords in python go; do
  call once "$FRESHDATA_BASE_URL/search-employees" "x-rapidapi-key: $FRESHDATA_API_KEY" \
    "{\"keywords\": \"$keywords\", \"limit\": 10}" && continue
  [ "$FAULT" = loses-batch ] && break
  echo "$reason" >&2
  failed=1
done
exit "$failed"
