"""nox -s adopt: a Prisma folder becomes a served API over its models.

`__main__` copies the checkout, has `adoption` run each step in the copy, and takes the copy over when all have succeeded:

1. `service.dev.mirror` copies the Prisma folder, and `service.dev.generator` generates the models from it.
2. `slices` plans each model's resource (`plan`), renders it as Python files (`render`), merges these with what the team
   made of what was written the last time (`merge`), and reports what it did (`report`).
3. `checks` runs linters and type checkers over all of it.
"""
