module clients

go 1.18

require dataapi v0.0.0

replace dataapi => ../generated/go
