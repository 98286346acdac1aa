// The step that comments on a pull request, as the workflow has it, with `gh` replaced. Its input comes from a job that runs
// the code of a branch.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";

interface Workflow {
  readonly jobs: Record<string, { readonly steps?: readonly { readonly run?: string }[] }>;
}
const file = new URL("../../.github/workflows/pull-request.yml", import.meta.url);
const { jobs } = parse(readFileSync(file, "utf8")) as Workflow;
const script = jobs.comment?.steps?.find(({ run }) => run)?.run ?? "";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "comment-"));
  // Lists the comments, or keeps the body that it gets.
  writeFileSync(
    join(folder, "gh"),
    `#!/bin/bash\ncase "$*" in *--paginate*) cat "${folder}/known" 2> /dev/null ;; *) echo "$@" > "${folder}/call"; cat > "${folder}/body" ;; esac\n`,
  );
  chmodSync(join(folder, "gh"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Returns what is written to the pull request for a summary. */
function comment(summary: string | undefined): string {
  if (summary !== undefined) writeFileSync(join(folder, "summary.md"), summary);
  execFileSync("bash", ["-e", "-c", script], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      STACK: "dev",
      COMMENTS: "comments",
      GITHUB_REPOSITORY: "pets/x",
      LANG: "C.UTF-8",
    },
  });
  return (JSON.parse(readFileSync(join(folder, "body"), "utf8")) as { body: string }).body;
}
const call = () => readFileSync(join(folder, "call"), "utf8").trim();

test("a summary keeps its form", () => {
  const summary =
    "### Preview of the stack `dev`\n\n1 updated.\n\n**EventIngestion**\n\n- ~ updated: Stream `events`\n";
  expect(comment(summary)).toBe(summary);
  expect(call()).toBe("api comments --input -");
});

test("a later run replaces the comment", () => {
  writeFileSync(join(folder, "known"), "42\n");
  comment("### Preview of the stack `dev`\n\nNo changes.\n");
  expect(call()).toBe("api -X PATCH repos/pets/x/issues/comments/42 --input -");
});

test.each([
  ["a mention", "@team please approve", /@team/],
  ["a link", "[approved](https://example.org)", /\]\(|:\/\//],
  ["a link by reference", "[approved][1]\n\n[1]: //example.org", /\]\[|\]:/],
  ["an image", "![x](//example.org/x.png)", /\]\(/],
  ["markup", "<img src=x> <!-- hidden -->", /<(img|!)/],
  ["an address", "www.example.org", /www\.example/i],
  ["a reference", "fixes #1", /#1/],
])("%s in a hostile summary has no effect", (_, text, effect) => {
  const body = comment(`anything\n\n${text}\n`);
  expect(body.startsWith("### Preview of the stack `dev`\n")).toBe(true);
  expect(body).not.toMatch(effect);
});

test("a long summary is cut, and a missing one is said", () => {
  expect(comment(`x\n${"@".repeat(200_000)}`).length).toBeLessThan(65_536);
  rmSync(join(folder, "summary.md"));
  expect(comment(undefined)).toContain("The preview failed; its log says why.");
});
