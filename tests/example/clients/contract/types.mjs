// The types of many documents in one process: names a folder, whose *.json become *.ts.
import { readdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const [folder] = process.argv.slice(2);
for (const name of (await readdir(folder)).filter((name) => /^types\d+\.json$/.test(name))) {
  const types = await openapiTS(JSON.parse(await readFile(`${folder}/${name}`, "utf8")), { silent: true });
  await writeFile(`${folder}/${name.replace(".json", ".ts")}`, astToString(types));
}
