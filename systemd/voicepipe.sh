#!/bin/sh
# The installed `voicepipe` command: it means the installed service, wherever it is called from.
: "${VOICEPIPE_CONFIG:=/etc/voicepipe/config.toml}"
export VOICEPIPE_CONFIG
# Root may see the service's credentials, and `voicepipe doctor` has to.
credentials=/etc/voicepipe/credentials
if [ -z "${CREDENTIALS_DIRECTORY:-}" ] && [ -r "$credentials" ]; then
    export CREDENTIALS_DIRECTORY="$credentials"
fi
exec /opt/voicepipe/venv/bin/voicepipe "$@"
