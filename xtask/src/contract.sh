# The scan routes of a real server against its own document, by schemathesis. Run in a network of its own, where nothing but
# this machine can be reached: the examples name public addresses.
# $ROLLCALL the server, $SCHEMATHESIS the program, $FOLDER where everything is kept.
set -eu
cd "$FOLDER"
SERVER=http://127.0.0.1:18080
export SCAN_DB_PATH="$FOLDER/rollcall.db" BIND=127.0.0.1:18080 PUBLIC_URL=$SERVER ALLOW_TARGETS=127.0.0.0/8
export ADMIN_PASSWORD=not-used-by-anybody ROLLCALL_LOG=warn
"$ROLLCALL" serve &
PID=$!
trap 'kill -TERM $PID; wait $PID' EXIT
until "$ROLLCALL" healthcheck 2> /dev/null; do kill -0 $PID; sleep 0.2; done

TOKEN=$("$ROLLCALL" token create contract --scopes read,write,scan,admin 2> /dev/null)
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }
ask -d '{"cidr":"127.0.0.0/28","ping":false,"discover":false,"port_scan":false}' $SERVER/api/v1/subnets > subnet.json
ask -d '{"ip":"127.0.0.1"}' $SERVER/api/v1/hosts > host.json
SCAN=$(ask -d '{"ip_addresses":["127.0.0.1"]}' $SERVER/scan | sed 's/.*"token":"\([^"]*\)".*/\1/')
until ask "$SERVER/scan/$SCAN" | grep -q '"finished_at":"'; do sleep 0.2; done
ask -d "{\"token\":\"$SCAN\",\"name\":\"daily\",\"every\":\"day\"}" $SERVER/api/v1/scan-schedules > schedule.json
cat > schemathesis.toml << END
[parameters]
"path.token" = "$SCAN"
"path.a" = "$SCAN"
"path.b" = "$SCAN"
[[operations]]
include-path = "/api/v1/scan-schedules/{id}"
parameters = { id = 1 }
[[operations]]
include-path = "/api/v1/hosts/{id}/verdict"
parameters = { id = 1 }
END
"$SCHEMATHESIS" --config-file schemathesis.toml run $SERVER/openapi.json -H "Authorization: Bearer $TOKEN" --no-color \
    --include-path-regex '^/(scan|ai-agent|api/v1/scan)|/verdict$' --max-examples 25 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method,negative_data_rejection
