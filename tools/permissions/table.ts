import type { StackNames } from "./places";
import { nameArn, toPatterns } from "./places";

/** An action on a resource, in the words of the table. */
export interface Right {
  readonly action: string;
  readonly place: string;
}

/** The rights of each command. */
export type Rows = ReadonlyMap<string, readonly Right[]>;

const allow = (action: string, ...found: readonly string[]): Right[] => found.map((place) => ({ action, place }));

/** The actions of `forget` on an object that has records of the visitor and of others. */
const rewriting = [
  "AbortMultipartUpload",
  "DeleteObjectVersion",
  "GetObjectTagging",
  "GetObjectVersion",
  "PutObject",
  "PutObjectTagging",
];
const rewritten = [
  "`errors/` in the archive bucket",
  "`aws/` in the quarantine bucket",
  "`replayed/` in the quarantine bucket",
];

/**
 * To look whether the consumer refused an event whose own time was ahead of its arrival
 * (cli/judge/quarantined-hours.ts): what is archived decides whether a run does it.
 */
const readingArchive = [
  ...allow("s3:ListBucket", "the quarantine bucket"),
  ...allow("s3:GetObject", "`quarantine/` in the quarantine bucket", "`replayed/` in the quarantine bucket"),
];

/**
 * To see that an object was deleted since it was listed: S3 answers 403 without it (API reference,
 * GetObject).
 */
const seeingDeletion = (...buckets: readonly string[]) => allow("s3:ListBucket", ...buckets);

/** Rights that no run on the local account shows, each with its source. */
const notShown: Readonly<Record<string, readonly Right[]>> = {
  // The local account has no Service Quotas.
  doctor: allow("servicequotas:ListServiceQuotas", "`*`"),
  // For a filter by the user's columns.
  explain: allow("s3:GetObject", "`users/` in the data bucket"),
  // To copy an object that someone gave tags (S3 API reference, CopyObject).
  replay: [
    ...allow("s3:GetObjectTagging", "`quarantine/` in the quarantine bucket", "`aws/` in the quarantine bucket"),
    ...readingArchive,
  ],
  experiment: readingArchive,
  // To remove an upload in parts that failed (S3 guide, "Aborting a multipart upload").
  rebuild: [
    ...allow("s3:AbortMultipartUpload", "`rebuild/` in the data bucket"),
    ...readingArchive,
    ...seeingDeletion("the data bucket"),
  ],
  forget: [
    ...allow(
      "s3:AbortMultipartUpload",
      "`events/` in the archive bucket",
      "`seed/` in the data bucket",
      "`catalogue/` in the data bucket",
    ),
    ...seeingDeletion("the archive bucket", "the quarantine bucket", "the data bucket"),
    // To write a batch, or a file of Firehose's errors, without the visitor's records.
    ...rewriting.flatMap((action) => allow(`s3:${action}`, ...rewritten)),
  ],
};

export const toRight = (action: string, arn: string, names: StackNames): Right => ({
  action,
  place: nameArn(arn, names),
});

/** Ends one group of actions in a row. */
const lineEnd = ";<br>";

/**
 * Writes a row for each command: the actions on each resource, in the order of the alphabet. A
 * command with an option that needs all of the command's own rights names these, and then its
 * others.
 */
export function createTable(used: Rows): string {
  const rows = Array.from(used, ([command, rights]) => {
    const [plain = ""] = command.split(" ");
    const ofPlain = (command !== plain && used.get(plain)) || [];
    const isIn = (all: readonly Right[]) => (right: Right) =>
      all.some(({ action, place }) => action === right.action && place === right.place);
    const extendsPlain = ofPlain.length > 0 && ofPlain.every(isIn(rights));
    const own = extendsPlain ? rights.filter((right) => !isIn(ofPlain)(right)) : rights;
    const texts = describeRights([...own, ...(notShown[command] ?? [])]);
    return `| \`${command}\` | ${[...(extendsPlain ? [`as \`${plain}\``] : []), ...texts].join(lineEnd)} |`;
  });
  return ["| command | permissions |", "| --- | --- |", ...rows].join("\n");
}

/**
 * Describes rights: the actions on each resource; resources with the same actions are listed
 * together.
 */
function describeRights(rights: readonly Right[]): string[] {
  const byPlace = group(
    rights,
    ({ place }) => place,
    ({ action }) => action,
  );
  const byActions = group(
    [...byPlace],
    ([, actions]) => actions.map((action) => `\`${action}\``).join(", "),
    ([place]) => place,
  );
  return Array.from(byActions, ([actions, found]) => `${actions} on ${found.join(" and ")}`).sort();
}

/** Collects the values of each key once, sorted. */
function group<T>(all: readonly T[], keyOf: (item: T) => string, read: (item: T) => string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const item of all) {
    const values = found.get(keyOf(item)) ?? [];
    if (!values.includes(read(item))) found.set(keyOf(item), [...values, read(item)].sort());
  }
  return found;
}

/** Reads the rows of the table in a document. */
export function readTable(text: string): Rows {
  const cells = new Map(
    [...text.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, command = "", cell = ""]) => [command, cell]),
  );
  const readCell = (cell: string): Right[] =>
    cell.split(lineEnd).flatMap((line) => {
      const [, other] = /^as `(.+)`$/.exec(line) ?? [];
      return other === undefined ? readRights(line) : readCell(cells.get(other) ?? "");
    });
  return new Map(Array.from(cells, ([command, cell]) => [command, readCell(cell)]));
}

function readRights(text: string): Right[] {
  const [actions = "", found = ""] = text.split(" on ", 2);
  const names = [...actions.matchAll(/`([^`]+)`/g)].map(([, action = ""]) => action);
  return found.split(" and ").flatMap((place) => names.map((action) => ({ action, place })));
}

/** The policy of a role that has these rights, and nothing else. */
export function toPolicy(rights: readonly Right[], names: StackNames) {
  const statements = rights.map(({ action, place }) => ({
    Effect: "Allow",
    Action: action,
    Resource: toPatterns(place, names),
  }));
  return { Version: "2012-10-17", Statement: statements };
}
