-- A stand-in for plv8: functions in its language can be created, and none of them can be called. For local databases only.
CREATE LANGUAGE plv8 HANDLER plpgsql_call_handler;
