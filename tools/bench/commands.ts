import { join } from "node:path";
import { stackConfig } from "../../cli/stack/stack-file";
import { deployProgram } from "../../demo/deploy";
import { startAccount } from "../../local/account";
import { measureProcessor, median } from "./processor-time";
import { Targets } from "./targets";

const root = join(__dirname, "../..");
const rounds = 9;
const program = `process.argv.splice(1, 0, "recommender");
  require(${JSON.stringify(join(root, "cli/recommender.cjs"))});`;

/** Measures the processor time of commands that people wait for, in milliseconds. */
export async function measureCommands(): Promise<string[]> {
  const targets = new Targets();
  const account = await startAccount({ speed: 600 });
  try {
    const place = { origin: account.origin, account: "000000000000", region: "eu-west-1", stack: "dev" };
    await deployProgram({ ...place, config: stackConfig(place.stack) });
    const port = new URL(account.origin).port;
    const commands = [
      { words: ["--help"], most: 350 },
      { words: ["status", "--stack", "dev", "--port", port], most: 900 },
    ];
    for (const { words, most } of commands) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push(await measureProcessor(program, { cwd: root }, words));
      const middle = median(times);
      targets.check(middle <= most, `recommender ${words[0]}: ${middle.toFixed(0)} ms of processor, at most ${most}`);
    }
  } finally {
    await account.close();
  }
  return targets.missed;
}
