import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { readTable } from "../../tools/permissions/table.ts";
import { findTable } from "../../tools/written-table.ts";
import config from "../../vitest.config.mts";
import { listFiles, root } from "../support/listed-files.mts";

// Everything that the documents name exists: readers follow links, open files and paste commands.

const files = listFiles();
/** `llms.txt` is for assistants that read a package. */
const documents = files.filter((file) => file.endsWith(".md") || file.endsWith("/llms.txt"));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const findAll = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);
/** Folders at the top of the repository. */
const folders = new Set(files.filter((file) => file.includes("/")).map((file) => file.replace(/\/.*/, "")));

/** As GitHub makes it from a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

test("every link between documents leads to a file and a heading", () => {
  const broken = documents.flatMap((document) =>
    findAll(read(document), /\]\(([^)\s]+)\)/g)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? document : join(dirname(document), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !findAll(read(target), /^#+ (.+)$/gm).some((each) => toAnchor(each) === anchor);
      })
      .map((link) => `${document}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("every path of this repository in a document exists", () => {
  const missing = documents
    // It names files that later versions moved.
    .filter((document) => document !== "CHANGELOG.md")
    .flatMap((document) =>
      findAll(read(document), /`([\w.-]+(?:\/[\w.-]+)+\/?)`/g)
        // localstack has a folder `tests/aws`, whose snapshots are sources of facts.
        .filter((path) => folders.has(path.replace(/\/.*/, "")) && !path.startsWith("tests/aws/"))
        .filter((path) => ![root, join(root, dirname(document))].some((folder) => existsSync(join(folder, path))))
        .map((path) => `${document}: ${path}`),
    );
  expect(missing).toEqual([]);
});

test("every folder and file that a README names without its place is below the README, or below the project", () => {
  const missing = documents
    .filter((document) => /.\/README\.md$/.test(document))
    .flatMap((document) => {
      const near = files.filter((file) => file.startsWith(`${dirname(document)}/`)).map((file) => `/${file}`);
      return findAll(read(document), /`((?:[\w-]+\/)+|[\w-]+(?:\/[\w-]+)*\.(?:ts|mts|json|csv))`/g)
        .filter(
          (path) => !near.some((file) => (path.endsWith("/") ? file.includes(`/${path}`) : file.endsWith(`/${path}`))),
        )
        .filter((path) => ![root, join(root, dirname(document))].some((folder) => existsSync(join(folder, path))))
        .map((path) => `${document}: ${path}`);
    });
  expect(missing).toEqual([]);
});

test("every command in a document exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const commands = createProgram().commands.map((command) => command.name());
  const unknown = documents.flatMap((document) => {
    const text = read(document);
    return [
      ...findAll(text, /\bnpm run ([\w:-]+)/g).filter((script) => !Object.hasOwn(scripts, script)),
      ...findAll(text, /\bnpx recommender ([a-z][\w-]*)/g).filter((command) => !commands.includes(command)),
    ].map((command) => `${document}: ${command}`);
  });
  expect(unknown).toEqual([]);
});

test("the README lists every command, and the table of permissions those with --stack", () => {
  const rows = readTable(findTable(read("docs/permissions.md"), "permissions"));
  const listed = findAll(read("README.md").split("\n## Commands\n")[1] ?? "", /`([a-z]+)`/g);
  const missing = createProgram().commands.filter((command) => {
    const worksOnStack = command.options.some(({ long }) => long === "--stack");
    return !listed.includes(command.name()) || (worksOnStack && !rows.has(command.name()));
  });
  expect(missing.map((command) => command.name())).toEqual([]);
});

test("the README links every document in docs", () => {
  const linked = new Set(findAll(read("README.md"), /\]\((docs\/[\w-]+\.md)\)/g));
  const all = documents.filter((document) => /^docs\/[^/]+\.md$/.test(document));
  expect(all.filter((document) => !linked.has(document))).toEqual([]);
});

test("tests/README.md names each file of the second ring, and no other", () => {
  const later = config.test?.projects?.flatMap((project) =>
    typeof project === "object" && "test" in project && project.test?.name === "later"
      ? (project.test.include ?? [])
      : [],
  );
  const [, tables = ""] = read("tests/README.md").split("## The second ring");
  const named = findAll(tables, /^\| (`.*?) \|/gm).flatMap((cell) => findAll(cell, /`([^`]+)`/g));
  const toName = (path: string) => path.replace(/^tests\//, "").replace("/**/*.test.mts", "");
  expect(named.filter((name) => name !== "withMoreCases" && name !== "vitest.config.mts").sort()).toEqual(
    later?.map(toName).sort(),
  );
});
