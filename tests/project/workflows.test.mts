// Rules for jobs that can get a token for AWS. They are derived from the permissions, so they are true for every workflow that is
// added.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  /** Another workflow, in place of steps. */
  readonly uses?: string;
  readonly environment?: string;
  readonly env?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly strategy?: { readonly matrix?: { readonly stack?: readonly string[] } };
  readonly concurrency?: { readonly "cancel-in-progress": boolean };
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const folder = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name, "utf8")]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));

/** A job with its own permissions, or those of its workflow. */
interface FoundJob {
  readonly name: string;
  readonly workflow: Workflow;
  readonly job: Job;
  readonly permissions: Record<string, string>;
  readonly steps: readonly Step[];
  readonly commands: string;
  readonly actions: readonly string[];
}
const jobs: readonly FoundJob[] = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([id, job]) => {
    const { steps = [] } = job;
    return {
      name: `${file} ${id}`,
      workflow,
      job,
      permissions: job.permissions ?? workflow.permissions,
      steps,
      commands: steps.map(({ run = "" }) => run).join("\n"),
      actions: [...steps.flatMap(({ uses }) => uses ?? []), ...(job.uses === undefined ? [] : [job.uses])],
    };
  }),
);
const withToken = jobs.filter(({ permissions }) => permissions["id-token"] === "write");
const nameOf = (action: string) => action.replace(/@.*/, "");

/** The jobs that must succeed before a job, with those of the workflows that they call. */
function listBefore({ workflow, job }: FoundJob): FoundJob[] {
  return [job.needs ?? []].flat().flatMap((id) => {
    const found = jobs.filter((each) => each.workflow === workflow && each.job === workflow.jobs[id]);
    const called = found.flatMap(({ job: { uses = "" } }) => {
      const other = workflows.get(uses.replace("./.github/workflows/", ""));
      return jobs.filter((each) => each.workflow === other);
    });
    return [...found, ...called, ...found.flatMap(listBefore)];
  });
}

test("there are jobs of each kind", () => {
  expect(jobs.length).toBeGreaterThan(6);
  expect(withToken.map(({ name }) => name)).toEqual(["deploy.yml deploy", "pull-request.yml preview"]);
});

test("every action is pinned by its digest, or is a workflow of this repository", () => {
  const uses = jobs.flatMap(({ actions }) => actions);
  expect(uses.length).toBeGreaterThan(8);
  for (const action of uses)
    expect(action).toMatch(/^([\w-]+\/[\w-]+@[0-9a-f]{40}|\.\/\.github\/workflows\/[\w-]+\.yml)$/);
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
    for (const step of steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))) {
      expect(step.with?.["persist-credentials"]).toBe(false);
    }
  }
});

describe.each(withToken.map((each) => [each.name, each] as const))("%s, which can get a token for AWS", (_, found) => {
  test("downloads nothing but what an earlier job compared with a hash", () => {
    const allowed = [
      "actions/checkout",
      "actions/download-artifact",
      "actions/upload-artifact",
      "aws-actions/configure-aws-credentials",
      // Finds the CLI that was installed, and downloads none.
      "pulumi/actions",
    ];
    expect(found.actions.map(nameOf).filter((action) => !allowed.includes(action))).toEqual([]);
    expect(found.commands).not.toMatch(
      /\b(npm|npx|yarn|pnpm|pip|apt-get|curl|wget|git clone|pulumi (plugin )?install|tools\.sh (download|record))\b/,
    );
    expect(found.job.env?.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION).toBe("true");
    expect(found.job.env?.PULUMI_SKIP_UPDATE_CHECK).toBe("true");
  });

  test("compares the hashes again before it can get credentials", () => {
    const at = (matches: (step: Step) => boolean) => found.steps.findIndex(matches);
    const tools = at(({ run = "" }) => run.includes("tools.sh install"));
    expect(tools).toBeGreaterThan(-1);
    expect(at(({ uses = "" }) => uses.startsWith("aws-actions/"))).toBeGreaterThan(tools);
  });

  test("unpacks the packages only after it compared them with the hash that the job before printed", () => {
    const [unpack] = found.steps.filter(({ run = "" }) => run.includes("tar -xzf"));
    expect(unpack?.run).toMatch(/^echo "\$PACKAGES_SHA256 {2}(\S+)" \| sha256sum --check --strict\ntar -xzf "\1"\n/);
    expect(unpack?.env?.PACKAGES_SHA256).toMatch(/^\$\{\{ needs\.install\.outputs\.packages \}\}$/);
    const install = workflows.get("install.yml");
    expect(JSON.stringify(install?.on)).toContain("{{ jobs.install.outputs.packages }}");
    const pack = install?.jobs.install?.steps?.find(({ run = "" }) => run.includes("tar -czf"));
    expect(pack?.run).toContain("sha256sum");
  });

  test("gets its packages and tools from a job that cannot get a token", () => {
    const sources = listBefore(found).filter(({ commands }) => /npm ci|tools\.sh download/.test(commands));
    expect(sources).toHaveLength(1);
    expect(sources[0]?.permissions).toEqual({ contents: "read" });
    expect(sources[0]?.commands).toContain("npm ci --omit=dev --ignore-scripts");
    expect(sources[0]?.commands).toContain("tools.sh download");
  });

  test("is in an environment, whose rules decide who may run it", () => {
    expect(found.job.environment).toMatch(/^\$\{\{ matrix\.stack \}\}(-preview)?$/);
  });

  test("judges the resources with the policy pack", () => {
    const [up] = found.commands.split("\n").filter((line) => line.startsWith("pulumi up "));
    const preview = found.steps.find(({ uses = "" }) => uses.startsWith("pulumi/actions@"));
    expect(up ?? preview?.with?.policyPacks).toMatch(/(--policy-pack |^)policy$/);
  });
});

test("installations run no script of a package", () => {
  const installs = jobs
    .flatMap(({ commands }) => commands.split("\n"))
    .filter((line) => /npm (ci|i|install)\b/.test(line));
  expect(installs.length).toBeGreaterThan(0);
  for (const line of installs) expect(line).toContain("--ignore-scripts");
});

const deployments = jobs.filter(({ commands }) => /\bpulumi (up|destroy|refresh)\b/.test(commands));

test("a deployment needs the tests, is for the main branch, and cancels no other", () => {
  expect(deployments.map(({ name }) => name)).toEqual(["deploy.yml deploy"]);
  for (const found of deployments) {
    expect(listBefore(found).some(({ commands }) => commands.includes("bash .ci/run"))).toBe(true);
    expect(found.workflow.on).toEqual({ push: { branches: ["main"] } });
    expect(found.job.concurrency?.["cancel-in-progress"]).toBe(false);
  }
});

test("previews are for branches of this repository: forks get no token", () => {
  for (const found of withToken.filter(({ workflow }) => workflow.on === "pull_request")) {
    const guards = listBefore(found).map(({ job }) => job.if ?? "");
    expect(guards.some((guard) => guard.includes("head.repo.full_name == github.repository"))).toBe(true);
  }
});
