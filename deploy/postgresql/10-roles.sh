#!/bin/sh
# Run once by the PostgreSQL image, on an empty data folder, as its superuser.
# The application must be neither superuser nor BYPASSRLS: both would skip row-level security, the second wall between
# organizations. Backups need every row, so they have a role of their own, which only reads.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=password="$POLARIS_DB_PASSWORD" --set=backup_password="$POLARIS_BACKUP_PASSWORD" <<'SQL'
CREATE ROLE polaris LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE ROLE polaris_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'backup_password';
GRANT pg_read_all_data TO polaris_backup;
CREATE DATABASE polaris OWNER polaris ENCODING 'UTF8' TEMPLATE template0;
SQL
