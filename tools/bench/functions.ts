import { readdirSync } from "node:fs";
import { join } from "node:path";
import { zipHandler } from "../../components/lambda/zip";
import { zipOf } from "../../local/pulumi/provider/archive";
import { Targets } from "./targets";

const largestZip = 220_000;
const folder = join(__dirname, "../../functions");

/** Measures the size of each function's zip, which a cold start loads. */
export async function measureFunctions(): Promise<string[]> {
  const targets = new Targets();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    // Each file of the folder is a handler, and exports its factory.
    const exported: Record<string, () => unknown> = require(join(folder, file));
    const [factory] = Object.values(exported);
    if (factory === undefined) throw new Error(`functions/${file} exports no factory.`);
    const { length } = await zipOf(zipHandler(factory));
    targets.check(length <= largestZip, `${file}: ${Math.round(length / 1000)} of ${largestZip / 1000} KB zipped`);
  }
  return targets.missed;
}
