import { describe, expect, test } from "vitest";
import { options } from "../../../account/services/personalize/undocumented.ts";
import { createEvidence, listStaleDefaults } from "../../../record/evidence.ts";
import { listSteps } from "../../../record/personalize/steps.ts";
import { readRecordings } from "../../../record/personalize/suite.ts";

const recorded = (step: string, facts: Record<string, unknown>, settles?: string) => [
  { step, stage: 0, facts, calls: [], ...(settles && { settles: [settles] }) },
];

describe("the options of the local account", () => {
  test.each(Object.entries(options))("%s has the step that settles it", (option, { step, stage }) => {
    expect(listSteps().find(({ name }) => name === step)).toMatchObject({
      settles: expect.arrayContaining([option]),
      stage,
    });
  });

  test("have the values that AWS was recorded to have", () => {
    expect(listStaleDefaults(readRecordings())).toEqual([]);
  });

  test("that a recording contradicts are named, with the value and the file", () => {
    const { step, otherwise, assumed } = options.echo;
    expect(listStaleDefaults(recorded(step, { echo: assumed }, "echo"))).toEqual([]);
    expect(listStaleDefaults(recorded(step, { echo: otherwise }, "echo"))).toEqual([
      'echo: AWS was recorded to do "normalised". Make it `assumed` in account/services/personalize/undocumented.ts.',
    ]);
  });
});

describe("the document of evidence", () => {
  test("names a step of the suite for each question, below its stage", () => {
    const sections = createEvidence([])
      .split(/^## Stage (?=\d)/m)
      .slice(1);
    const named = sections.flatMap((section) =>
      [...section.matchAll(/ \(`(.+)`\)$/gm)].map(([, name]) => `${section[0]} ${name}`),
    );
    const steps = listSteps().map(({ name, stage }) => `${stage} ${name}`);
    expect(named.length).toBeGreaterThan(Object.keys(options).length);
    expect(named.filter((step) => !steps.includes(step))).toEqual([]);
  });

  test("shows a recorded answer instead of what was assumed", () => {
    const recording = recorded("an event is sent to a deleted tracker", { error: "ResourceNotFoundException" });
    expect(createEvidence(recording)).toContain("deleted tracker?** Recorded: ResourceNotFoundException. (`an event");
    expect(createEvidence([])).not.toContain("Recorded:");
  });

  test("answers each question in words, and not with the value of an option", () => {
    const { step, question } = options.sourceForKey;
    expect(createEvidence([])).toContain(`**${question}** Assumed: yes. If it is so, the key's policy can demand both`);
    expect(createEvidence(recorded(step, { sourceForKey: "not named" }, "sourceForKey"))).toContain(
      `**${question}** Recorded: no. (`,
    );
    expect(createEvidence(recorded(step, { sourceForKey: "named" }, "sourceForKey"))).toContain(
      `**${question}** Recorded: yes. So the key's policy can demand both`,
    );
  });

  test("asks first what could stop a first deployment", () => {
    const questions = [...createEvidence([]).matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, question]) => question);
    const { sourceForKey, sourceForBucket, sourceForRole } = options;
    expect(questions.slice(0, 3)).toEqual(
      [sourceForKey, sourceForBucket, sourceForRole].map(({ question }) => question),
    );
  });
});
