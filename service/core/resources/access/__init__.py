"""What one caller may read and write, worked out from the conditions of all mappings.

`Policies` has the conditions of an application, `Rights` what is left of them for all tokens with the same claims, and
`Authorization` these rights with the values of one caller's claims.
"""
