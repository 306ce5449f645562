#!/bin/sh
# Once, when the database is made: the user of web and worker, who owns nothing.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$SERVICE_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE critical_friend_app NOLOGIN;
CREATE ROLE critical_friend_service LOGIN PASSWORD :'password' IN ROLE critical_friend_app;
SQL
