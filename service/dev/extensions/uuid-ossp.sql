-- A stand-in for uuid-ossp in plain SQL. For local databases only.
CREATE FUNCTION uuid_generate_v1() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT gen_random_uuid() $$;
CREATE FUNCTION uuid_generate_v1mc() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT gen_random_uuid() $$;
CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT gen_random_uuid() $$;
CREATE FUNCTION uuid_generate_v3(space uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(uuid_send(space) || convert_to(name, 'UTF8'))::uuid
$$;
CREATE FUNCTION uuid_generate_v5(space uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(uuid_send(space) || convert_to(name, 'UTF8'))::uuid
$$;
CREATE FUNCTION uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT '00000000-0000-0000-0000-000000000000'::uuid
$$;
CREATE FUNCTION uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid
$$;
CREATE FUNCTION uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid
$$;
