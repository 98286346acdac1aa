import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createOwnStackFiles, noteDifference } from "../../cli/pulumi/own-stack-files.ts";
import { usePrinted } from "../support/printed-lines.mts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
const printed = usePrinted();
const folder = () => at("own");
const write = (text: string) => writeFileSync(at("Pulumi.dev.yaml"), text);
const create = () => createOwnStackFiles(at(), folder());
const own = () => readFileSync(join(folder(), "Pulumi.dev.yaml"), "utf8");

test("the first command copies the values of the root's file, without secrets and their key", () => {
  write(
    "secretsprovider: awskms://alias/team\nencryptedkey: abc\n" +
      "config:\n  aws:secretKey:\n    secure: AAAB\n  aws:region: eu-west-1\n  recommender:filters:\n    cats: a b\n",
  );
  create();
  expect(parse(own())).toEqual({ config: { "aws:region": "eu-west-1", "recommender:filters": { cats: "a b" } } });
});

test("the copy is written as the root's file: texts in quotes stay texts", () => {
  write('config:\n  recommender:tags:\n    zip: "007"\n    since: "2024-01-01"\n    size: "1_000"\n');
  create();
  expect(own()).toContain('    zip: "007"\n    since: "2024-01-01"\n    size: "1_000"\n');
});

test("later commands change neither of the two files", () => {
  write("config:\n  aws:region: eu-west-1\n");
  create();
  const set = "encryptionsalt: v1:abc=\nconfig:\n  aws:region: us-east-1\n";
  writeFileSync(join(folder(), "Pulumi.dev.yaml"), set);
  create();
  expect(own()).toBe(set);
  expect(readFileSync(at("Pulumi.dev.yaml"), "utf8")).toBe("config:\n  aws:region: eu-west-1\n");
});

test("of a stack that the project has no file of, the local account's file is named", () => {
  write("config:\n  aws:region: eu-west-1\n");
  create();
  rmSync(at("Pulumi.dev.yaml"));
  noteDifference(at(), folder(), "dev");
  expect(printed.err).toEqual([expect.stringMatching(/is on the local account only: .*Pulumi\.dev\.yaml/)]);
});

test("keys whose values differ in the two files are named, and none when they agree", () => {
  write("config:\n  aws:region: eu-west-1\n  recommender:tags:\n    team: pets\n");
  create();
  const note = () => noteDifference(at(), folder(), "dev");
  note();
  expect(printed.err).toEqual([]);
  write("config:\n  aws:region: eu-west-1\n  recommender:tags:\n    team: cats\n  recommender:batchSize: 5\n");
  note();
  expect(printed.err).toEqual([expect.stringMatching(/: recommender:tags, recommender:batchSize\. Copy/)]);
});
