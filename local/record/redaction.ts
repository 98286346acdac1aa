import { isIPv6 } from "node:net";
import { nameRules, takeOwners } from "./mail-names";
import { isProse, proseRules } from "./prose";
import type { Rule } from "./rule";

/** Replaces everything in a value, its keys included, that shows whose account it came from. */
export type Redact = (value: unknown) => unknown;

interface Options {
  /**
   * The run's name, which begins the names of all its resources: they stay readable as `<run>-…`.
   */
  readonly run: string;
  /**
   * Values that no pattern can find, by the label that takes their place, such as the caller's ARN.
   */
  readonly known?: Readonly<Record<string, readonly (string | undefined)[]>>;
}

const host = String.raw`(?<![\w.-])(?:[a-z0-9-]+\.)+`;
const path = String.raw`(?:\/[^\s"'<>,;)}\]]*)?`;
const domains =
  "com|net|org|io|dev|app|cloud|aws|info|biz|internal|intranet|local|localdomain|localhost|lan|corp|home|arpa|test|example|invalid";
/** Principals of services stay: `personalize.amazonaws.com`. */
const isService = (name: string) => /^[a-z-]+\.amazonaws\.com$/.test(name);

/** A bucket's place: `s3://`, its ARN, an address of S3 with the bucket in its path. */
const bucketPlace = String.raw`s3[an]?:\/\/|arn:aws[a-z-]*:s3:::|(?<![\w-])s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?(?::\d+)?\/`;

/** In this order: what a longer form contains must not be taken out of it first. */
const rules: readonly Rule[] = [
  ...nameRules,
  { label: "e-mail", pattern: /[\w.+%-]+@[\w-]+(?:\.[\w-]+)*/g },
  { label: "address", pattern: /\bhttps?:\/\/[^\s"'<>,)}\]]+/g },
  {
    label: "bucket",
    pattern: new RegExp(`(?<=${bucketPlace})[a-z0-9][\\w.-]{2,254}`, "gi"),
  },
  // What an ARN names behind its type: policies, providers, organisations, users. AWS's own have no
  // account.
  {
    label: "name",
    pattern: /(?<=\barn:aws[a-z-]*:[\w-]*:[\w-]*:(?:\d{12}|<[\w-]+>):[a-z-]+[/:])[^\s"'`,;)\]}]+/g,
    keep: (name) => /^(<|aws-service-role\/)|^(mrk-)?[0-9a-f-]{8,}$/.test(name),
  },
  {
    label: "name",
    pattern: /(?<=\barn:aws[a-z-]*:[\w-]*:[\w-]*:(?:\d{12}|<[\w-]+>):)[^\s"'`,;)\]}/:<]+(?=$|[\s"'`,;)\]}])/g,
  },
  // Elements of answers in XML.
  {
    label: "name",
    pattern: /(?<=<(?:Bucket|BucketName|UserName|RoleName|PolicyName|GroupName|DisplayName|Owner|ID|Resource)>)[^<]+/g,
    keep: (name) => name.includes("<run>"),
  },
  // Organizations API reference: the ids of an organisation, its roots, units and policies.
  { label: "organisation", pattern: /(?<![\w-])(?:o|ou|r|p)-[0-9a-z][0-9a-z_-]{3,}/g },
  // Of networks and machines: `vpce-0a1b2c3d4e5f`, `sg-…`.
  { label: "id", pattern: /(?<![\w-])[a-z]{1,10}(?:-svc)?-[0-9a-f]{8,17}(?![0-9a-z])/g },
  // Users, roles and sessions of others; the roles of the run and of services stay.
  {
    label: "principal",
    pattern:
      /(?<=:(?:assumed-role|role|user|group|federated-user|instance-profile|saml-provider|oidc-provider|mfa|server-certificate)\/)[^\s"',;)}\]]+/g,
    keep: (name) => /^(<|aws-service-role\/)/.test(name),
  },
  { label: "alias", pattern: /(?<=\balias\/)(?!aws\/)[\w/-]+/g },
  // In messages and in XML: `Request ID: …`, `<HostId>…`.
  { label: "token", pattern: /(?<=(?:request|host)[ -]?id["'>:= ]+)[\w+/=-]{8,}/gi },
  // IAM guide, "IAM identifiers": the prefixes of unique ids.
  { label: "access-key", pattern: /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}/g },
  { label: "principal-id", pattern: /(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA)[A-Z0-9]{12,}/g },
  { label: "id", pattern: /(?:RID-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi },
  // Keys of several Regions, hashes and signatures; then cursors, session tokens and secrets: long
  // and without words.
  { label: "id", pattern: /[0-9a-f]{32,}/gi },
  {
    label: "token",
    pattern: /[A-Za-z0-9+/_=-]{32,}/g,
    keep: (text) => !(/[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text)),
  },
  { label: "account", pattern: /(?<!\d)(?:\d{12}|\d{4}-\d{4}-\d{4})(?!\d)/g },
  { label: "ip", pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g },
  { label: "ip", pattern: /(?<![\w:])[0-9a-f:]*:[0-9a-f:.]*[0-9a-f](?![\w:])/gi, keep: (text) => !isIPv6(text) },
  {
    label: "host",
    pattern: new RegExp(`${host}(?:${domains})(?::\\d+)?(?![\\w-])${path}`, "gi"),
    keep: (found) => isService(found.split("/")[0] ?? ""),
  },
  // Of countries: in lower case only, because names of columns look like them.
  { label: "host", pattern: new RegExp(`${host}[a-z]{2}(?::\\d+)?(?![\\w-])${path}`, "g") },
  // Generated parts of ARNs: `event-tracker/1a2b3c4d`.
  { label: "id", pattern: /(?<=\/)[0-9a-f]{8}(?![0-9A-Za-z])/g },
];

/** Members with a name, which is the run's or another user's. */
const namingMember =
  /^(bucket|bucket_?name|user_?name|role_?name|policy_?name|group_?name|display_?name|owner|organi[sz]ation\w*|principal\w*|provider\w*)$/i;

/** Members whose value says nothing by its form. */
const secretMember = /(token|requestId|hostId|x-amz-id-2|secret\w*|password|signature|credentials?|authorization)$/i;

/** Creates the redaction of one recording: equal values get equal labels everywhere in it. */
export function createRedactor({ run, known = {} }: Options): Redact {
  const labels = new Map<string, string>();
  const counts = new Map<string, number>();
  const label = (kind: string, value: string) => {
    const found = labels.get(value);
    if (found !== undefined) return found;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    labels.set(value, `<${kind}-${count}>`);
    return `<${kind}-${count}>`;
  };
  const texts = [...Object.entries(known), ["run", [run]] as const]
    .flatMap(([kind, values]) => values.map((value = "") => ({ value, text: `<${kind}>` })))
    .filter(({ value }) => value !== "")
    .sort((a, b) => b.value.length - a.value.length)
    // Services change the case of what they repeat, such as the names of hosts and buckets.
    .map(({ value, text }) => ({ pattern: new RegExp(escapePattern(value), "gi"), text }));

  const applyRules = (given: string, some: readonly Rule[]): string =>
    some.reduce(
      (text, { label: kind, pattern, keep }) =>
        text.replace(pattern, (found) => (keep?.(found) ? found : label(kind, found))),
      given,
    );
  const redactText = (given: string): string => {
    const inner = parseStructure(given);
    if (inner !== undefined) {
      const redacted = JSON.stringify(redact(inner));
      // Keeps the spelling of what has nothing to hide: how a text comes back is a question of the
      // suite.
      return redacted === JSON.stringify(inner) ? given : redacted;
    }
    const decoded = given.replace(encodedText, redactEncoded);
    const known = texts.reduce((text, { pattern, text: other }) => text.replace(pattern, other), decoded);
    const formed = applyRules(
      takeOwners(known, (name) => label("name", name)),
      rules,
    );
    return isProse(formed) ? applyRules(formed, proseRules) : formed;
  };
  const redactEncoded = (encoded: string): string => {
    const plain = decode(encoded);
    if (plain === encoded) return encoded;
    const redacted = redactText(plain);
    return redacted === plain ? encoded : encode(redacted);
  };
  const redactMember = (member: string, value: unknown): unknown => {
    if (typeof value !== "string") return redact(value);
    if (secretMember.test(member)) return /^<[\w-]+>$/.test(value) ? value : label("token", value);
    if (namingMember.test(member)) {
      const text = redactText(value);
      // The suite calls its only inline policy "own".
      return text !== value || text.startsWith("<") || text === "own" || isService(text) ? text : label("name", value);
    }
    // The member's name says more than "id": `<tracking-id-1>`.
    if (/Id$/.test(member) && /^[0-9a-f-]{36}$/i.test(value)) {
      return label(member.replace(/(?<=.)([A-Z])/g, "-$1").toLowerCase(), value);
    }
    return redactText(value);
  };
  const redact: Redact = (value) => {
    if (typeof value === "string") return redactText(value);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = redactText(String(value));
      return text === String(value) ? value : text;
    }
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return `<${value.length} bytes>`;
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [redactText(key), redactMember(key, member)]),
    );
  };
  return redact;
}

const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const label = String.raw`<[a-z]+(?:-[a-z]+)*(?:-\d+)?>`;

/** A word that is encoded as in a URL. It may have been redacted before. */
const encodedText = new RegExp(
  `(?:[\\w.~+*!'()-]|${label})*%[\\dA-Fa-f]{2}(?:[\\w.~+*!'()-]|%[\\dA-Fa-f]{2}|${label})*`,
  "g",
);

/** Without the parts that are not encoded text. */
const decode = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

/** Keeps labels readable. */
const encode = (text: string): string =>
  text
    .split(new RegExp(`(${label})`))
    .map((part, i) => (i % 2 === 1 ? part : encodeURIComponent(part)))
    .join("");

/** The value that a text of JSON has, if it is an object or a list. */
function parseStructure(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
