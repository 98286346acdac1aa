import { type OptionName, options } from "../account/services/personalize/undocumented";
import type { Recording } from "./recording";

/** A fact that is relied on, and that neither the service's model nor its guide settles. */
interface OpenFact {
  readonly question: string;
  readonly assumed: string;
  /** The effect if it is otherwise. */
  readonly consequence: string;
  readonly step: string;
  readonly stage: 0 | 1;
  /** The name under which the step notes its answer. */
  readonly fact: string;
}

/** Open facts that the local account has in one form only. */
const others: readonly OpenFact[] = [
  {
    question: "Which error has an event for a deleted tracker?",
    assumed: "that of a bad event",
    consequence: "nothing changes, the tracker is described first",
    step: "an event is sent to a deleted tracker",
    stage: 0,
    fact: "error",
  },
  {
    question: "Which dimensions do an attribution's metrics have?",
    assumed: "the group and the source",
    consequence: "`status` names other sources",
    step: options.putEventsMetric.step,
    stage: 0,
    fact: "views",
  },
  {
    question: "As whom, with which encryption context, does the service use a key?",
    assumed: "as the role and as itself, with any",
    consequence: "a deployment with a key fails at its dataset group",
    step: "the service's calls in CloudTrail",
    stage: 0,
    fact: "calls",
  },
  {
    question: "How does an answer spell the names of columns?",
    assumed: "as the schema",
    consequence: "cards come without data",
    step: "an answer has columns of the items",
    stage: 1,
    fact: "columns",
  },
];

const listOpenFacts = (): OpenFact[] => [
  ...Object.entries(options).map(([fact, option]) => ({ ...option, fact })),
  ...others,
];

/** Finds the recorded value of an option: of several steps the first that the account does not assume. */
function readOption(recording: Recording, option: OptionName): string | undefined {
  const values = recording.flatMap(({ settles, facts }) => (settles === option ? (facts?.[option] ?? []) : []));
  const texts = values.map(String);
  return texts.find((value) => value !== options[option].assumed) ?? texts[0];
}

/** Lists the defaults of the local account that a recording contradicts. */
export function listStaleDefaults(recording: Recording): string[] {
  return (Object.keys(options) as OptionName[]).flatMap((option) => {
    const recorded = readOption(recording, option);
    if (recorded === undefined || recorded === options[option].assumed) return [];
    return `${option}: AWS was recorded to do "${recorded}". Make it \`assumed\` in account/services/personalize/undocumented.ts.`;
  });
}

function findAnswer(recording: Recording, { step, fact }: OpenFact): string | undefined {
  if (fact in options) return readOption(recording, fact as OptionName);
  const value = recording.find((each) => each.step === step)?.facts?.[fact];
  if (value === undefined || value === "not recorded") return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 100 ? "see the recording of the step" : text;
}

/** Creates the text of docs/evidence.md; a recorded answer takes the place of what was assumed. */
export function createEvidence(recording: Recording): string {
  const row = (open: OpenFact) => {
    const answer = findAnswer(recording, open);
    const text = answer ? `Recorded: ${answer}.` : `Assumed: ${open.assumed}. Otherwise ${open.consequence}.`;
    return `- **${open.question}** ${text} (\`${open.step}\`)`;
  };
  const rowsOf = (stage: number) =>
    listOpenFacts()
      .filter((open) => open.stage === stage)
      .map(row)
      .join("\n");
  const so = recording.length === 0 ? "Nothing has run on AWS." : `${recording.length} steps were recorded on AWS.`;
  const sections = [0, 1].map((stage) => `## Stage ${stage}: questions, and the step that answers\n\n${rowsOf(stage)}`);
  return `${[introduce(so), ...sections, unanswered].join("\n\n")}\n`;
}

const introduce = (so: string) => `# What only AWS can say

Written by \`npm run evidence\`. ${so} These facts are relied on, and neither the service's model nor its guide settles them. A recording does: one person, one AWS account, one evening.

\`\`\`sh
npm -w local run record -- --stage 0             # what it creates, takes and costs
npm -w local run record -- --stage 0 --confirm   # no training: under an hour and a dollar
npm -w local run record -- --stage 1 --confirm   # everything: four to five hours
\`\`\`

It removes everything however it ends, and writes \`local/tests/conformance/personalize/recordings/\`, in which nothing tells whose account it was. Commit this folder: the tests then name each difference to the local account.`;

const unanswered = `## Without a step

- **How long do imports, trainings and campaigns take?** Every wait is recorded. After a time-out \`pulumi up\` ends, and the next one goes on.
- **What is Trending-Now's metric called?** Assumed: \`trend_prediction_accuracy\`. Otherwise its gate finds none. It would need another training.
- **What is a throttled request's error called?** Assumed: \`ThrottlingException\`. It would need load.`;
