// Rules for the workflows, and for their jobs that can get a token for AWS or npm. They are derived
// from the permissions, so they are true for every workflow that is added.
import { readdirSync, readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";
import { createDeployTrust, createPreviewTrust, readRepository } from "../../examples/github-access/trust.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  /** Another workflow, in place of steps. */
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Record<string, string>;
  readonly strategy?: { readonly matrix: { readonly stack: string } };
  readonly concurrency?: { readonly "cancel-in-progress": boolean };
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Record<string, string>;
  readonly concurrency?: unknown;
  readonly jobs: Record<string, Job>;
}

const root = new URL("../../", import.meta.url);
const folder = new URL(".github/workflows/", root);
const read = (file: string) => readFileSync(new URL(file, root), "utf8");
const texts = new Map(readdirSync(folder).map((name) => [name, read(`.github/workflows/${name}`)]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));

/** The jobs with their own permissions, or those of their workflow. */
const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([id, job]) => {
    const { steps = [] } = job;
    return {
      file,
      name: `${file} ${id}`,
      workflow,
      job,
      permissions: job.permissions ?? workflow.permissions,
      steps,
      commands: steps.map(({ run = "" }) => run).join("\n"),
    };
  }),
);
type FoundJob = (typeof jobs)[number];
const withToken = jobs.filter(({ permissions }) => permissions["id-token"] === "write");
/** Jobs whose token npm takes. All others are for AWS. */
const releases = withToken.filter(({ commands }) => /\bnpm publish\b/.test(commands));
const forAws = withToken.filter((each) => !releases.includes(each));

/** The action of a step without its version, or its command. */
const nameOf = ({ uses, run = "" }: Step) => uses?.replace(/@.*/, "") ?? run;
/** The inputs of a job's Pulumi commands. */
const pulumiIn = ({ steps }: FoundJob) =>
  steps.filter((step) => nameOf(step) === "pulumi/actions").map((step) => step.with ?? {});

const expression = (of: string) => `\${{ ${of} }}`;

const workflowOf = (uses: string) => workflows.get(uses.replace("./.github/workflows/", ""));

/** The jobs that must succeed before a job, with those of the workflows that they call. */
function listBefore({ workflow, job }: FoundJob): FoundJob[] {
  return [job.needs ?? []].flat().flatMap((id) => {
    const found = jobs.filter((each) => each.workflow === workflow && each.job === workflow.jobs[id]);
    const called = found.flatMap(({ job: { uses = "" } }) => {
      const other = workflowOf(uses);
      return jobs.filter((each) => each.workflow === other);
    });
    return [...found, ...called, ...found.flatMap(listBefore)];
  });
}

/**
 * What GitHub's own language service finds wrong: the schema of workflows, and the names in
 * expressions. It reads each name once.
 */
async function findMistakes(name: string, text: string): Promise<string[]> {
  const found = await validate(TextDocument.create(`file:///${name}`, "yaml", 0, text));
  return found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`);
}

test.each([...texts])("GitHub's language service accepts %s", async (name, text) => {
  expect(await findMistakes(name, text)).toEqual([]);
});

test("there are jobs of each kind", () => {
  expect(jobs.length).toBeGreaterThan(4);
  expect(forAws.map(({ name }) => name)).toEqual(["deploy.yml deploy", "pull-request.yml preview"]);
  expect(releases.map(({ name }) => name)).toEqual(["release.yml publish"]);
});

test("every action is pinned to one commit, with its version in a comment", () => {
  const pins = new Map<string, Set<string>>();
  const lines = [...texts.values()].flatMap((text) => text.split("\n")).filter((line) => /^\s*(- )?uses:/.test(line));
  for (const line of lines.filter((each) => !each.includes("uses: ./"))) {
    const [, action = line, pin = ""] = /uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(line) ?? [];
    expect(pin, line).not.toBe("");
    pins.set(action, (pins.get(action) ?? new Set()).add(pin));
  }
  expect(pins.size).toBeGreaterThan(3);
  for (const [action, versions] of pins) expect([...versions], action).toHaveLength(1);
});

test("a workflow of this repository that another one calls exists", () => {
  const called = jobs.flatMap(({ job }) => job.uses ?? []);
  expect(called.length).toBeGreaterThan(1);
  for (const uses of called) expect(workflowOf(uses), uses).toBeDefined();
});

test("a workflow may read, and no job may write to the repository", () => {
  for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: "read" });
  for (const { name, permissions } of jobs) {
    const writes = Object.keys(permissions).filter((right) => permissions[right] === "write");
    expect(["id-token", "pull-requests"], name).toEqual(expect.arrayContaining(writes));
  }
});

test("no text of a pull request becomes part of a script", () => {
  for (const { name, commands } of jobs) expect(commands, name).not.toContain("${{");
});

test("no workflow has a stored key, or runs with the rights of the repository for a fork", () => {
  for (const [name, text] of texts) {
    expect(text, name).not.toMatch(
      /aws-access-key-id|aws-secret-access-key|secrets\.|pull_request_target|workflow_run/,
    );
  }
  for (const { steps } of jobs) {
    for (const step of steps.filter((each) => nameOf(each) === "actions/checkout")) {
      expect(step.with?.["persist-credentials"]).toBe(false);
    }
  }
});

describe.each(forAws.map((each) => [each.name, each] as const))("%s, which can get a token for AWS", (_, found) => {
  test("installs the packages before it gets credentials, and then runs Pulumi only", () => {
    expect(found.steps.map(nameOf)).toEqual([
      "actions/checkout",
      "actions/setup-node",
      "npm ci --omit=dev --ignore-scripts",
      "aws-actions/configure-aws-credentials",
      "pulumi/actions",
    ]);
  });

  test("is in the environment that its role trusts, with the role in a variable of that environment", () => {
    const isPreview = found.permissions["pull-requests"] === "write";
    const from = { ...readRepository("repo:octo-org@1/octo-repo@2"), providerArn: "arn" };
    const trust = isPreview ? createPreviewTrust(from, "pets") : createDeployTrust(from, "pets", "main");
    const claims = Object.entries(trust.Statement[0]?.Condition.StringEquals ?? {}).map(
      ([key, value]) => [key.replace(/.*:/, ""), value] as const,
    );
    const environment = found.job.environment?.replace(expression("matrix.stack"), "pets");
    const run = isPreview
      ? {}
      : {
          ref: "refs/heads/main",
          job_workflow_ref: `octo-org/octo-repo/.github/workflows/${found.file}@refs/heads/main`,
        };
    expect(Object.fromEntries(claims)).toEqual({
      aud: "sts.amazonaws.com",
      sub: `repo:octo-org@1/octo-repo@2:environment:${environment}`,
      ...run,
    });
    const [credentials] = found.steps.filter((step) => nameOf(step) === "aws-actions/configure-aws-credentials");
    const role = isPreview ? "AWS_PREVIEW_ROLE_ARN" : "AWS_DEPLOY_ROLE_ARN";
    expect(credentials?.with?.["role-to-assume"]).toBe(expression(`vars.${role}`));
  });

  test("works on each stack of the variable STACKS, in the state of its environment", () => {
    expect(found.job.strategy?.matrix.stack).toBe(expression("fromJSON(vars.STACKS)"));
    expect(pulumiIn(found)).toEqual([
      expect.objectContaining({
        "stack-name": expression("matrix.stack"),
        "cloud-url": expression("vars.PULUMI_STATE_URL"),
      }),
    ]);
  });

  test("is left out where the variable STACKS is not set", () => {
    const guards = [found, ...listBefore(found)].map(({ job }) => job.if ?? "");
    expect(guards.some((guard) => guard.includes("vars.STACKS != ''"))).toBe(true);
  });

  test("judges the resources with the policy pack", () => {
    expect(pulumiIn(found).map(({ policyPacks }) => policyPacks)).toEqual(["policy"]);
  });
});

test("a release needs the tests, is for tags and asked for, runs no code of a package, and reaches no AWS account", () => {
  for (const found of releases) {
    const before = listBefore(found);
    expect(before.some(({ commands }) => commands.includes("bash .ci/run"))).toBe(true);
    expect([found, ...before].some(({ job }) => job.if === "vars.NPM_RELEASES == 'true'")).toBe(true);
    expect(found.workflow.on).toEqual({ push: { tags: ["v*"] } });
    expect(found.steps.flatMap(({ uses }) => uses?.replace(/@.*/, "") ?? [])).toEqual([
      "actions/checkout",
      "actions/setup-node",
    ]);
    expect(found.commands).not.toMatch(/\bnp(x|m (ci|i|install|run|exec|x))\b/);
    expect(found.commands).toContain("npm publish --provenance --access public");
    // The roles trust other environments: those of stacks.
    expect(found.job.environment).toBe("npm");
  }
});

test("a deployment needs the tests, is for the main branch, and cancels no other", () => {
  const deployments = jobs.filter((found) =>
    pulumiIn(found).some(({ command = "preview" }) => !["preview", "output"].includes(String(command))),
  );
  expect(deployments.map(({ name }) => name)).toEqual(["deploy.yml deploy"]);
  for (const found of deployments) {
    expect(listBefore(found).some(({ commands }) => commands.includes("bash .ci/run"))).toBe(true);
    expect(found.workflow.on).toEqual({ push: { branches: ["main"] } });
    expect(found.workflow.concurrency).toBeUndefined();
    expect(found.job.concurrency?.["cancel-in-progress"]).toBe(false);
  }
});

test("previews are for branches of this repository: forks get no token", () => {
  const previews = withToken.filter(({ workflow }) => workflow.on === "pull_request");
  expect(previews).toHaveLength(1);
  for (const { job } of previews) {
    expect(job.if).toContain("&& github.event.pull_request.head.repo.full_name == github.repository");
    expect(job.if).not.toContain("||");
  }
});

test("docs/github.md lists every variable that the workflows read, and no other", () => {
  const used = [...texts.values()].flatMap((text) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => name));
  const listed = [...read("docs/github.md").matchAll(/^ *\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...new Set(used)].sort());
});
