"""Resources: a `controller` calls a `repository`, whose `mapping` says how a DTO maps to a model; `lists` reads lists."""
