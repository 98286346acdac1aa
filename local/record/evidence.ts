import { type OptionName, options } from "../account/services/personalize/undocumented";
import { newKey } from "./personalize/steps/new-key";
import { conditionalFilter, endOfCampaign, manyWithColumns } from "./personalize/steps/serving-questions";
import type { Recording } from "./recording";

/** A fact that is relied on, and that neither the service's model nor its guide settles. */
interface OpenFact {
  readonly question: string;
  readonly assumed: string;
  /** The file that relies on it. */
  readonly where?: string;
  /** Answers in words, where facts are recorded as values. */
  readonly answers?: Readonly<Record<string, string>>;
  /** What the assumed answer would change, once it is recorded. */
  readonly use?: string;
  /** The effect if it is otherwise. */
  readonly consequence: string;
  readonly step: string;
  readonly stage: 0 | 1;
  /** The name under which the step notes its answer. */
  readonly fact: string;
}

/** Open facts that the local account has in one form only. These could stop a first deployment. */
const urgent: readonly OpenFact[] = [
  {
    question: "Which conditions on the source let the service use key, bucket and role?",
    assumed: "`IfExists`, which the policies of keys and buckets have",
    answers: {
      "strict conditions": "strict ones too",
      IfExists: "those with `IfExists`",
      "no conditions": "none, and the first deployment ends",
    },
    consequence: "the first deployment ends at its dataset group or its first import",
    step: options.sourceForKey.step,
    stage: 0,
    fact: "works",
  },
  {
    question: "May a role whose rights depend on a key's tags make one with policy and tags?",
    assumed: "yes, with `kms:CreateKey`, `kms:TagResource` and the parameter `BypassPolicyLockoutSafetyCheck`",
    where: "cli/doctor/deployment/key-statements.ts",
    answers: { created: "yes" },
    consequence: "the first deployment ends at its key, until the role may do what the error names",
    step: newKey.name,
    stage: 0,
    fact: "newKey",
  },
  {
    question: "Does KMS's lockout check at CreateKey count the caller's own policies?",
    assumed: "yes, by reports from the field; a sentence of the guide says the opposite",
    where: "components/platform/encryption-key.ts",
    answers: { created: "no", MalformedPolicyDocumentException: "yes" },
    consequence: "the key needs no `BypassPolicyLockoutSafetyCheck`",
    step: newKey.name,
    stage: 0,
    fact: "keyWithCheck",
  },
  {
    question: "As whom, with which encryption context, does the service use a key?",
    assumed: "as the role and as itself, with any context",
    consequence: "a deployment with a key fails at its dataset group",
    step: "the service's calls in CloudTrail",
    stage: 0,
    fact: "calls",
  },
];
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
    question: "How does an answer spell the names of columns?",
    assumed: "as the schema does",
    consequence: "cards come without data",
    step: "an answer has columns of the items",
    stage: 1,
    fact: "columns",
  },
  {
    question: "May one alternative of a filter have a condition on the user?",
    assumed: "yes, the last one",
    where: "components/models/availability.ts",
    answers: { answered: "yes" },
    consequence: "`up` fails at a filter with IF where the items have an availability",
    step: conditionalFilter.name,
    stage: 0,
    fact: "conditionalFilter",
  },
  {
    question: "Does a campaign with columns answer with 500 items?",
    assumed: "no, with 50 at most",
    where: "cli/explain/facts/plain-list.ts",
    answers: { answered: "yes" },
    consequence: "`explain` may ask for more than the first 50 places",
    step: manyWithColumns.name,
    stage: 1,
    fact: "manyWithColumns",
  },
  {
    question: "Has a new campaign with the name of a deleted one its ARN, and at once?",
    assumed: "the same ARN",
    where: "dynamic-providers/resource/sleep.ts",
    consequence: "a stack that wakes answers with the list of popular items until its functions have the new ARN",
    step: endOfCampaign.name,
    stage: 1,
    fact: "sameName",
  },
  ...(
    [
      ["in creation", "models are trained and served", "whileCreated"],
      ["in deletion", endOfCampaign.name, "whileDeleted"],
      ["that was deleted", endOfCampaign.name, "afterDeletion"],
    ] as const
  ).map(
    ([state, step, fact]): OpenFact => ({
      question: `Which error has a request to a campaign ${state}?`,
      assumed: "ResourceNotFoundException",
      where: "functions/support/refused-requests.ts",
      answers: { answered: "none" },
      consequence: "callers may get a 400 instead of the list of popular items",
      step,
      stage: 1,
      fact,
    }),
  ),
];

/** The most urgent one first. */
function listOpenFacts(): OpenFact[] {
  const ofOptions = Object.entries(options).map(([fact, option]): OpenFact => ({ ...option, fact }));
  const isUrgent = ({ step }: OpenFact) => urgent.some((each) => each.step === step);
  return [...ofOptions.filter(isUrgent), ...urgent, ...ofOptions.filter((open) => !isUrgent(open)), ...others];
}

/**
 * Finds the recorded value of an option: of several steps the first that the account does not
 * assume.
 */
function readOption(recording: Recording, option: OptionName): string | undefined {
  const values = recording.flatMap(({ settles, facts }) => (settles?.includes(option) ? (facts?.[option] ?? []) : []));
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
    const { question, assumed, where, answers, use, consequence, step } = open;
    const inWords = (value: string) => answers?.[value] ?? value;
    const answer = findAnswer(recording, open);
    const usable = (begin: string) => (use === undefined ? "" : ` ${begin} ${use}.`);
    const text = answer
      ? `Recorded: ${inWords(answer)}.${answer === assumed ? usable("So") : ""}`
      : `Assumed${where === undefined ? "" : ` in \`${where}\``}: ${inWords(assumed)}.${usable("If it is so,")} Otherwise ${consequence}.`;
    return `- **${question}** ${text} (\`${step}\`)`;
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

## Do this with an account

| | |
|---|---|
| time | stage 0: about an hour, two at most, of which you watch five minutes. Stage 1: four to five hours more |
| money | stage 0: less than a dollar. Stage 1: about three dollars and the price of one recommender, which was not read; the command prints the rest, and takes your prices |
| place | a Region without a stack of yours, because a Region has five dataset groups: \`export AWS_REGION=…\` |
| rights | \`--policy\` prints them, for an inline policy of a role. Some are for every key and event tracker of the Region: use an account for experiments |
| credentials | they must last three hours for stage 0, ten and a half for stage 1. The command refuses shorter ones, and says how to get longer ones |

\`\`\`sh
npm ci
npm -w local run -s record -- --policy > policy.json   # --stage 1: those of both stages
npm -w local run record -- --stage 0                 # checks room and credentials, and says what it creates, takes and costs
npm -w local run record -- --stage 0 --confirm       # no training; what could stop a first deployment comes first
npm -w local run record -- --stage 1 --confirm       # everything, that of stage 0 again
git add -N local/tests && git diff local/tests       # read the difference before you commit it
\`\`\`

Half an hour answers the most urgent questions: \`--stage 0 --only first-hour --confirm\`. Ctrl-C ends a run. However it ends, it removes everything, campaigns first, and says what it could not remove; \`--clean\` lists what runs have left in the Region, \`--clean --run NAME --confirm\` removes what this run made.

**Send back** a pull request with \`local/tests/conformance/personalize/recordings/\` and nothing else: the command prints your account and names. In the recordings they are replaced, as far as their form or place tells what they are; a name that looks like an ordinary word may stay. The tests then name each difference to the local account, and \`npm run evidence\` writes the answers here.`;

const unanswered = `## Without a step

- **How long do imports, trainings and campaigns take?** Every wait is recorded. After a time-out \`pulumi up\` ends, and the next one goes on.
- **What is Trending-Now's metric called?** Assumed: \`trend_prediction_accuracy\`. Otherwise its gate finds none. It would need another training.
- **Does a version's description keep the event weights with which it was trained?** Assumed: yes. Otherwise the gate compares versions with different weights. It would need another training.
- **What is a throttled request's error called?** Assumed: \`ThrottlingException\`. It would need load.
- **How does a filter compare a missing value, and several?** \`explain\` says that it is not known: \`!=\` of an item without a value or without events, a comparison with \`a|b\`, and \`CurrentItem.COLUMN\` where that item has no value. The local account takes a missing value for another one than each, and counts any of several. It would need a trained model.
- **Which models do the use cases of domains have?** The guide names none. The local account trains those of Popularity-Count, Similar-Items, User-Personalization and Trending-Now on the events that the guide requires. It counts all of them: whether "Most viewed", "Best sellers" and "Most popular" count those of a period only, and whether views or viewers, is not said.
- **Does a promotion bring back what a use case leaves out?** Assumed: no. Otherwise a list can have a promoted item that the user purchased or watched. It would need a recommender.
- **What does UpdateRecommender do to settings that it does not name?** Assumed: it keeps them. Otherwise nothing changes for who sends them all. It would need a recommender.
- **Which errors have a request to a recommender that is not ACTIVE, a promotion of "Trending now", a solution with a use case, and a dataset whose schema is of another domain than its group?** Assumed: \`ResourceNotFoundException\`, as for a campaign, and \`InvalidInputException\` for the others.
- **Is a recommender retrained that has no new events, and when is one that was stopped?** Assumed: yes, and at the next of the weeks that are counted from its creation.
- **Which dimension do the metrics of a recommender's requests have?** Assumed: \`CampaignArn\`, the only one that the guide has.
- **What type do use cases have in DescribeRecipe?** The guide has none, and the local account returns none.
- **How much does a training cost?** The service counts hours of a machine with 4 processors and 8 GiB, perhaps not those of the clock. Only a bill says it.

## Without an account

AWS publishes its own emulator, [aws/aws-emulator](https://github.com/aws/aws-emulator), and a suite of tests that were recorded on AWS, [aws/aws-emulator-evaluation-suite](https://github.com/aws/aws-emulator-evaluation-suite). Neither was available here.

1. Run the suite's tests of the operations that [OPERATIONS.md](../local/OPERATIONS.md) lists, those of Personalize first, against the local account behind an HTTPS proxy. A test that fails is a difference to AWS.
2. Run \`npm -w local run record -- --stage 0 --confirm --folder /tmp/emulator\` with \`AWS_ENDPOINT_URL\` at the emulator, if it has Personalize. The folder keeps them apart from AWS's answers.`;
