-- A stand-in for timescaledb in plain SQL: hypertables stay plain tables, and no policy is ever run. For local databases only.
CREATE TYPE dimension_info AS (column_name name);
CREATE FUNCTION by_range(
    column_name name, partition_interval anyelement DEFAULT NULL::bigint, partition_func regproc DEFAULT NULL
) RETURNS dimension_info LANGUAGE sql AS $$ SELECT row(column_name)::dimension_info $$;
CREATE FUNCTION by_hash(
    column_name name, number_partitions integer, partition_func regproc DEFAULT NULL
) RETURNS dimension_info LANGUAGE sql AS $$ SELECT row(column_name)::dimension_info $$;
CREATE FUNCTION create_hypertable(
    relation regclass,
    dimension dimension_info,
    create_default_indexes boolean DEFAULT true,
    if_not_exists boolean DEFAULT false,
    migrate_data boolean DEFAULT false
) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF create_default_indexes THEN
        EXECUTE format(
            'CREATE INDEX IF NOT EXISTS %I ON %s (%I DESC)',
            (SELECT relname FROM pg_class WHERE oid = relation) || '_' || dimension.column_name || '_idx',
            relation,
            dimension.column_name
        );
    END IF;
END $$;
CREATE FUNCTION create_hypertable(
    relation regclass,
    time_column_name name,
    partitioning_column name DEFAULT NULL,
    number_partitions integer DEFAULT NULL,
    associated_schema_name name DEFAULT NULL,
    associated_table_prefix name DEFAULT NULL,
    chunk_time_interval anyelement DEFAULT NULL::bigint,
    create_default_indexes boolean DEFAULT true,
    if_not_exists boolean DEFAULT false,
    partitioning_func regproc DEFAULT NULL,
    migrate_data boolean DEFAULT false
) RETURNS void LANGUAGE sql AS $$
    SELECT create_hypertable(relation, row(time_column_name)::dimension_info, create_default_indexes)
$$;
CREATE FUNCTION add_dimension(
    hypertable regclass,
    column_name name,
    number_partitions integer DEFAULT NULL,
    chunk_time_interval anyelement DEFAULT NULL::bigint,
    partitioning_func regproc DEFAULT NULL,
    if_not_exists boolean DEFAULT false
) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION add_dimension(
    hypertable regclass, dimension dimension_info, if_not_exists boolean DEFAULT false
) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION set_chunk_time_interval(
    hypertable regclass, chunk_time_interval anyelement, dimension_name name DEFAULT NULL
) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION drop_chunks(
    relation regclass, older_than anyelement, newer_than anyelement DEFAULT NULL, "verbose" boolean DEFAULT false
) RETURNS SETOF text LANGUAGE sql AS 'SELECT NULL::text WHERE false';
CREATE FUNCTION add_retention_policy(
    relation regclass,
    drop_after anyelement,
    if_not_exists boolean DEFAULT false,
    schedule_interval interval DEFAULT NULL,
    initial_start timestamptz DEFAULT NULL,
    timezone text DEFAULT NULL
) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION remove_retention_policy(relation regclass, if_exists boolean DEFAULT false)
RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION time_bucket(bucket_width interval, ts timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT date_bin(bucket_width, ts, timestamptz '2000-01-03 00:00Z')
$$;
CREATE FUNCTION time_bucket(bucket_width interval, ts timestamp) RETURNS timestamp LANGUAGE sql AS $$
    SELECT date_bin(bucket_width, ts, timestamp '2000-01-03')
$$;
CREATE FUNCTION time_bucket(bucket_width interval, ts date) RETURNS date LANGUAGE sql AS $$
    SELECT date_bin(bucket_width, ts::timestamp, timestamp '2000-01-03')::date
$$;
