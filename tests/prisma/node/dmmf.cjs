// Reads a JSON list of schemas, each a list of [name, text], and prints what Prisma's own parser makes of each.
const parser = require('@prisma/prisma-schema-wasm')
const schemas = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const read = (prismaSchema) => {
  try {
    return JSON.parse(parser.get_dmmf(JSON.stringify({ prismaSchema, noColor: true }))).datamodel
  } catch (error) {
    return { error: String(error.message) }
  }
}
process.stdout.write(JSON.stringify(schemas.map(read)))
