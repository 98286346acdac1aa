import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createOwnProject } from "../../cli/pulumi/own-project.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
const program = () => at("program");
const write = (name: string, text: string) => {
  mkdirSync(join(program(), "stacks"), { recursive: true });
  writeFileSync(join(program(), name), text);
};
const create = () => createOwnProject(program(), at("projects"));
const read = (name: string) => readFileSync(join(create(), name), "utf8");

test("the project runs the program where it is, and has its own stacks' files", () => {
  write("Pulumi.yaml", "name: shop\nruntime: nodejs\nmain: src\nstackConfigDir: stacks\n");
  write("stacks/Pulumi.dev.yaml", "encryptedkey: abc\nconfig:\n  shop:size: 7\n");
  expect(parse(read("Pulumi.yaml"))).toEqual({ name: "shop", runtime: "nodejs", main: join(program(), "src") });
  expect(parse(read("Pulumi.dev.yaml"))).toEqual({ config: { "shop:size": 7 } });
  expect(create()).not.toContain(program());
});

test("paths from the project's folder lead to the program's, also after its files have changed", () => {
  write("Pulumi.yaml", "name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n");
  write("venv", "one");
  expect(read("venv")).toBe("one");
  write("venv", "two");
  write("policy.js", "");
  expect(read("venv")).toBe("two");
  expect(readdirSync(create())).toContain("policy.js");
});

test("a folder without a project stays the CLI's matter", () => {
  mkdirSync(program(), { recursive: true });
  expect(create()).toBe(program());
});
