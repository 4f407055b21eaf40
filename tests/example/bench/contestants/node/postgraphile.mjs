// PostGraphile as a library behind Node's own server, with the plugins that its documentation names.
import { createServer } from "node:http";
import { PgManyToManyPreset } from "@graphile-contrib/pg-many-to-many";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset, PgManyToManyPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, poolConfig: { max: Number(process.env.POOL) }, schemas: ["public"] }),
  ],
  grafserv: { graphqlPath: "/api/v1/graphql", graphiql: false },
});
const serv = pgl.createServ(grafserv);
await serv.ready();
const answer = serv.createHandler();
createServer((request, response) =>
  answer(request, response, () => response.setHeader("content-type", "application/json").end('{"status":true}')),
).listen(Number(process.env.PORT), "127.0.0.1");
