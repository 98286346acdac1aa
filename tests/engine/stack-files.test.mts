// The reader of a stack's configuration against the real CLI: both agree on a file, or ours refuses
// it by file and line. The files are generated.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStackFiles } from "../../stacks/config/stack-file.ts";
import { needsPulumi } from "../support/engine.ts";
import { isSecondRing } from "../support/second-ring.ts";

/** Texts without blanks, as they are in a file. */
const words =
  "1 0 -1 +1 1_000 0o17 017 08 0x1F -0x1F 0b11 .1 -.5 1e3 1E-7 1. 1.50 0.1e-6 1e21 1e400 12345678901234567 -0 -0.0 00 " +
  "1__0 1_0.5 ._5 0_ + - . 1-2 true True TRUE false yes no on ~ null Null .inf -.INF .nan .Nan 2020-01-01 2020-1-1 " +
  "2001-12-14t21:59:43.10-05:00 2020-13-45 12:30:45 190:20:30 1.2.3 0x 0o8 '007' 'true' a#b << = word eu-west-1 1e e1 " +
  "arn:aws:iam::123456789012:role/a 123456789012 012345678901 é <&> [] {} constructor 0.1.2 1,000 9223372036854775808";
const phrases = `"007"|"a\\tb"|'it''s'|a # b|two words|!!str 5|!!int '5'|!own x|"\\u2028"|'[1, 2]'|'{"a": 1}'`;
const blocks = ["|\n    two\n    lines", ">-\n    two\n    words"];
const scalars = ["", words.split(" "), phrases.split("|"), blocks].flat();
const collections =
  "[1, 0x10, .5, ~]|[a, [b]]|{a: 1, b: 2.50}|{b: 1, a: {d: yes, c: ~}}|{1: a}|{'1': a}|{true: a}|{<<: *base, a: 9}|" +
  "{secure: AAAB}|{secure: 5}|{secure: AAAB, other: 1}|[{secure: AAAB}]|*base|*list|*word|{a: *word}|*none|{~: 1}|" +
  "{<<: [*base, *other], z: 1}|{<<: *word}|{a: 9, <<: *base}|{'<<': 1}|{a: 2020-01-01}|{a: 1, a: 2}";
const flow = collections.split("|");
const usualNames = 'recommender:a recommender:b aws:region recommender:eventWeights bare "recommender:q"'.split(" ");
const names = [usualNames, "recommender:config:d", "a:b:c", "5"].flat();
const usual = fc.constantFrom(...usualNames);
const name = fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...names) });
const value = fc.oneof(fc.constantFrom(...scalars), fc.constantFrom(...flow));
const entry = fc.tuple(name, value).map(([key, text]) => `  ${key}: ${text}\n`);
const block = fc
  .tuple(
    usual,
    fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom(...scalars.filter((text) => !/\n/.test(text)))), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([key, members]) => `  ${key}:\n${members.map(([member, text]) => `    ${member}: ${text}\n`).join("")}`);
const entries = fc.array(fc.oneof({ weight: 3, arbitrary: entry }, { weight: 2, arbitrary: block }), {
  minLength: 1,
  maxLength: 3,
});
const stackFile = fc.oneof(
  { weight: 12, arbitrary: entries.map((lines) => `config:\n${lines.join("")}`) },
  { weight: 2, arbitrary: entries.map((lines) => `config:\n  <<: *more\n${lines.join("")}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("config:\n  - recommender:a: 1\n", "config: a\n", "config:\n", "", "config: {}\n"),
  },
);
const declared = fc.oneof(
  fc.constantFrom(...scalars, ...flow),
  fc
    .tuple(fc.constantFrom("value", "default"), fc.constantFrom(...scalars, ...flow))
    .map(([member, text]) => `\n    ${member}: ${text.replaceAll("\n    ", "\n      ")}`),
  fc.constantFrom(
    "\n    type: integer",
    "\n    type: integer\n    default: 3",
    "\n    value: 1\n    default: 2",
    "\n    value: {a: 1}\n    secret: true",
  ),
);
const projectConfig = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(usual, declared), { minLength: 1, maxLength: 2 })
      .map((all) => `config:\n${all.map(([key, text]) => `  ${key}: ${text}\n`).join("")}`),
  },
);
const anchors =
  "anchors:\n  base: &base {a: 1, b: 2}\n  other: &other {b: 3, y: 4}\n  list: &list [1, x]\n  word: &word fine\n  more: &more {recommender:m: 1_0}\n";

describe("a stack's configuration", needsPulumi, () => {
  let folder: string;
  let salt: string;
  const pulumi = async (...args: string[]) => {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${folder}/backend?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    return (await promisify(execFile)("pulumi", args, { cwd: folder, env })).stdout;
  };
  const project = "name: recommender\nruntime: nodejs\n";
  const write = (text: string, more = "") => {
    writeFileSync(join(folder, "Pulumi.yaml"), `${project}${more}`);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), `${salt}${anchors}${text}`);
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "stack-files-"));
    mkdirSync(join(folder, "backend"));
    salt = "";
    write("");
    await pulumi("stack", "init", "dev");
    const { stdout } = await promisify(execFile)("cat", [join(folder, "Pulumi.dev.yaml")]);
    salt = `${/^encryptionsalt: .*$/m.exec(stdout)?.[0]}\n`;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The CLI's values by key. */
  const readByCli = async () => {
    const out = await pulumi("config", "--json").catch((error: { stderr: string }) => {
      throw new Error(`The CLI refuses what is taken here: ${error.stderr}`);
    });
    type Shown = Record<string, { value?: string; objectValue?: unknown; secret: boolean }>;
    return Object.entries((out === "" ? {} : JSON.parse(out)) as Shown);
  };
  /** Objects are compared with the order of their names. */
  const normalise = (text: string, isObject: boolean) => (isObject ? JSON.stringify(JSON.parse(text)) : text);

  const compare = async (text: string, more: string) => {
    write(text, more);
    let own: ReturnType<ReturnType<typeof openStackFiles>["read"]>;
    try {
      own = openStackFiles(folder, "dev").read();
    } catch (error) {
      expect((error as Error).message).toMatch(/Pulumi(\.dev)?\.yaml, line \d+: /);
      return "refused";
    }
    const shown = await readByCli();
    const clear = shown.filter(([, { secret }]) => !secret);
    const texts = clear.map(([key, each]) => [key, normalise(each.value ?? "", each.objectValue !== undefined)]);
    const ours = clear.map(([key, each]) => [
      key,
      own.values[key] === undefined ? undefined : normalise(own.values[key], each.objectValue !== undefined),
    ]);
    expect(ours).toEqual(texts);
    expect(Object.keys(own.values).sort()).toEqual(clear.map(([key]) => key).sort());
    expect([...own.encrypted].sort()).toEqual(
      shown
        .filter(([, { secret }]) => secret)
        .map(([key]) => key)
        .sort(),
    );
    return "agreed";
  };

  test("is what `pulumi config` reads, or is refused by file and line", { timeout: 300_000 }, async () => {
    const count = { agreed: 0, refused: 0 };
    const numRuns = isSecondRing ? 200 : 25;
    await fc.assert(
      fc.asyncProperty(stackFile, projectConfig, async (text, more) => {
        count[await compare(text, more)]++;
      }),
      { numRuns },
    );
    // About a third of the files are taken, by chance.
    expect(count.agreed).toBeGreaterThan(numRuns / 20);
  });

  test("every scalar alone is read as the CLI does, or refused", { timeout: 300_000 }, async () => {
    const taken = scalars.filter((text) => isSecondRing || /^[-+.\d]/.test(text));
    const refused: string[] = [];
    for (const text of taken) {
      const inside = text.includes("\n") ? "" : `  recommender:b:\n    x: ${text}\n`;
      if ((await compare(`config:\n  recommender:a: ${text}\n${inside}`, "")) === "refused") refused.push(text);
    }
    expect(refused.length).toBeLessThan(taken.length / 2);
  });
});
