/**
 * Rules for sentences of services, in which only the place of a name says what it is.
 */

/** Nouns with a name behind them, after a colon or if it looks like a name. */
const nouns = (
  "access point,account,alias,connection,domain,endpoint,federation,group,host,instance profile,key,organizational unit,owner," +
  "permission set,policy,principal,profile,project,queue,role,stack,topic"
).split(",");
/** Few sentences go on with a plain word directly behind these. */
const namedNouns = ["bucket", "organization", "organisation", "provider", "team", "user", "workspace"];
/** Nouns that may begin a sentence, in a pattern. */
const anyOf = (some: readonly string[]) =>
  some.map((noun) => `[${noun.charAt(0)}${noun.charAt(0).toUpperCase()}]${noun.slice(1)}`).join("|");
const anyName = "[A-Za-z0-9][\\w.@+-]*[A-Za-z0-9]";

/** Words that may follow a noun such as "bucket" without being its name. */
const words = new Set(
  (
    "a about access account action actions actively active after all allow allowed allows already also an and any are arn as at " +
    "authentication authorized be because been before being belongs both but by called can cannot configuration contains control " +
    "could created creation data database default deleted denied deny denies description did do document does doing each either " +
    "encrypted encryption error exceeded exist exists failed failing failure file files for found from given grants group had has " +
    "have id identifier identity if in into invalid is isn it its key keys limit list location makes management matching may " +
    "member members missing must name named names neither no nor not of on one only operation or other owner own owned owns " +
    "passed permission permissions pending policies policy pool principal privileges provided provider quota read region request " +
    "requested requires resource resources role roles same service settings should specified state status still such than that " +
    "the their them then there these this those to trust trusts type under unless until use used user users uses using usage " +
    "value version was were when where which while who will with within without write you your " +
    [...nouns, ...namedNouns].join(" ")
  ).split(" "),
);

/** A word that a sentence of a service may have: not a name that a user gave. */
export function isKnownWord(found: string): boolean {
  // What the other rules have seen: labels, ARNs, principals of services.
  if (/^\S*<[\w-]+>\S*$|^arn:|^[a-z-]+\.amazonaws\.com$/.test(found)) return true;
  if (words.has(found.toLowerCase()) || /^[\d.]+$/.test(found)) return true;
  // An action or condition key (`kms:Decrypt`), a column (`USER_ID`), an error.
  if (/^[a-z0-9-]+:[A-Z]\w+$|^[A-Z]+(?:_[A-Z]+)+$|^[A-Z]\w+Exception$/.test(found)) return true;
  return isKnownPart(found);
}

/** Hyphenated words of services: Regions, recipes, headers, kinds of policies and resources. */
const isKnownPart = (found: string): boolean =>
  /^(?:aws|amz|x-amz|amazon|non|multi|cross|pre|re)-|^[a-z]{2}-[a-z]+-\d$|-(?:based|linked|managed|only|sensitive|wide|type|specific|defined|side)$/.test(
    found,
  ) ||
  /^(?:dataset-group|dataset-import-job|dataset-export-job|data-deletion-job|batch-inference-job|event-tracker|metric-attribution|service-role|service_control_policy|saml-provider|oidc-provider|utf-8)$/i.test(
    found,
  );

/** A name behind a noun and what connects them. */
const behind = (some: readonly string[], link: string, name: string) =>
  new RegExp(`(?<=\\b(?:${anyOf(some)})(?:[ -](?:name|id|arn))?${link}["'\`(]?)${name}`, "g");

export const proseRules = [
  // "The policy "team-data"", 'user 'jane'': what is in quotation marks, but for a member after
  // "at".
  {
    label: "name",
    pattern: /(?<=(?<![\w<])(?<!\bat )["'`“‘«])(?![\s,.;:)])[^"'`“”‘’«»\n]{1,200}(?=["'`”’»](?!\w))/g,
    keep: isKnownWord,
  },
  // "user: jane", "organisation named acme", "bucket acme"; "role Acme", and not "role works".
  {
    label: "name",
    pattern: behind([...nouns, ...namedNouns], "(?: (?:named|called)\\s+|\\s*[:=]\\s*)", anyName),
    keep: isKnownWord,
  },
  { label: "name", pattern: behind(namedNouns, "\\s+", anyName), keep: isKnownWord },
  {
    label: "name",
    pattern: behind(nouns, "\\s+", `(?=[a-z]*[A-Z0-9_.@+-])${anyName}`),
    keep: isKnownWord,
  },
  // "acme-files", wherever it is.
  { label: "name", pattern: /(?<![\w<./:-])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+(?![\w>-])/g, keep: isKnownWord },
] as const;

/**
 * Sentences, and not an expression of a filter, whose words have other meanings. JSON is read
 * before.
 */
export const isProse = (text: string): boolean =>
  /\s/.test(text.trim()) && !/^\s*(?:INCLUDE|EXCLUDE)\s/.test(text) && !isEncodedList(text);

/**
 * A list of names that the suite itself wrote, such as `AWS/Personalize: DatasetArn,
 * DatasetGroupArn`.
 */
const isEncodedList = (text: string): boolean => /^AWS\/\w+:(?: \w+,?)*$/.test(text);
