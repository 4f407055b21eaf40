-- A stand-in for pgcrypto in plain SQL: right in shape, weak in strength. For local databases only.
CREATE FUNCTION gen_random_bytes(count integer) RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT substring(string_agg(uuid_send(gen_random_uuid()), ''::bytea) FROM 1 FOR count)
    FROM generate_series(0, count / 16)
$$;
CREATE FUNCTION digest(data bytea, kind text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE lower(kind)
        WHEN 'sha224' THEN sha224(data) WHEN 'sha256' THEN sha256(data) WHEN 'sha384' THEN sha384(data)
        WHEN 'sha512' THEN sha512(data) ELSE decode(md5(data), 'hex')
    END
$$;
CREATE FUNCTION digest(data text, kind text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT digest(convert_to(data, 'UTF8'), kind)
$$;
CREATE FUNCTION hmac(data text, secret text, kind text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT digest(secret || data, kind)
$$;
CREATE FUNCTION gen_salt(kind text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT '$' || kind || '$' || replace(gen_random_uuid()::text, '-', '')
$$;
CREATE FUNCTION gen_salt(kind text, rounds integer) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT gen_salt(kind)
$$;
CREATE FUNCTION crypt(password text, salt text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT substring(salt FROM 1 FOR 36) || '$' || encode(digest(substring(salt FROM 1 FOR 36) || password, 'sha256'), 'hex')
$$;
