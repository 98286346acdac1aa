import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "../../record/redaction.ts";

const run = "personalize-conformance-mk1x2y3z";
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const upper = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), minLength: length, maxLength: length });
const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 12, maxLength: 12 });
/** Not a part of any other word. */
const word = fc.stringMatching(/^[a-z]{3,8}qz$/);
const number = fc.integer({ min: 1, max: 254 });
/** Long enough that it has letters of both cases and a digit. */
const token = fc.integer({ min: 24, max: 90 }).map((length) => `aA1${randomBytes(length).toString("base64")}`);

/**
 * What must not be in a recording: the text around it, and what in it tells whose account it is.
 */
const secrets: Readonly<Record<string, fc.Arbitrary<readonly [text: string, secret: string]>>> = {
  account: digits.map((id) => [id, id]),
  arn: fc.tuple(digits, word).map(([id, name]) => [`arn:aws:personalize:eu-west-1:${id}:solution/${name}`, id]),
  encoded: digits.map((id) => [`%22${id}%22`, id]),
  caller: fc
    .tuple(digits, word)
    .map(([id, name]) => [`arn:aws:sts::${id}:assumed-role/Admin/${name}.jones`, `${name}.jones`]),
  user: word.map((name) => [`arn:aws:iam::111122223333:user/team/${name}X`, `${name}X`]),
  uuid: fc.uuid().map((id) => [id, id]),
  recommendation: fc.uuid().map((id) => [`RID-${id}`, id]),
  key: fc.uuid().map((id) => [`arn:aws:kms:us-east-1:111122223333:key/${id}`, id]),
  multiRegionKey: hex(32).map((id) => [`key/mrk-${id}`, id]),
  alias: word.map((name) => [`alias/${name}-key`, `${name}-key`]),
  requestId: upper(16).map((id) => [`Status Code: 403; Request ID: ${id}`, id]),
  hostId: upper(16).map((id) => [`<Error><HostId>${id}</HostId></Error>`, id]),
  generated: hex(8).map((id) => [`event-tracker/${id}`, id]),
  accessKey: fc.tuple(fc.constantFrom("AKIA", "ASIA"), upper(16)).map(([start, id]) => [`${start}${id}`, id]),
  principalId: upper(17).map((id) => [`AROA${id}:session`, id]),
  email: fc.tuple(word, word).map(([name, host]) => [`${name}@${host}.com`, name]),
  endpoint: word.map((host) => [`https://${host}.execute-api.eu-west-1.amazonaws.com/path`, host]),
  host: word.map((name) => [`ip-10-0-0-7.${name}x.internal`, `${name}x`]),
  upperHost: word.map((name) => [`${name.toUpperCase()}X.EC2.INTERNAL`, `${name.toUpperCase()}X`]),
  bucketHost: word.map((name) => [`${name}-files.s3.amazonaws.com`, `${name}-files`]),
  bucket: word.map((name) => [`s3://${name}-bucket/a.csv`, `${name}-bucket`]),
  bucketArn: word.map((name) => [`arn:aws:s3:::${name}-bucket/a.csv`, `${name}-bucket`]),
  ip: fc.tuple(number, number, number, number).map((parts) => [parts.join("."), parts.join(".")]),
  ip6: hex(4).map((part) => [`2001:db8:1f::${part}:77`, `${part}:77`]),
  signature: hex(64).map((id) => [id, id]),
  token: token.map((text) => [text, text]),
  run: word.map((name) => [`${run}-${name}`, run]),
  policy: word.map((name) => [`arn:aws:iam::111122223333:policy/team/${name}X`, `${name}X`]),
  controlPolicy: fc.tuple(word, word).map(([a, b]) => {
    const organisation = `o-${a}orgid1`;
    return [
      `arn:aws:organizations::111122223333:policy/${organisation}/service_control_policy/p-${b}policy`,
      organisation,
    ];
  }),
  organisation: word.map((name) => [`o-${name}example`, `o-${name}example`]),
  unit: word.map((name) => [`ou-ab12-${name}unit1`, `${name}unit1`]),
  root: hex(4).map((id) => [`r-${id}`, `r-${id}`]),
  samlProvider: word.map((name) => [`arn:aws:iam::111122223333:saml-provider/${name}Okta`, `${name}Okta`]),
  oidcProvider: word.map((name) => [`oidc-provider/${name}x.example.com/team`, `${name}x`]),
  vpcEndpoint: hex(17).map((id) => [`vpce-${id}`, id]),
  accessPoint: word.map((name) => [`arn:aws:s3:eu-west-1:111122223333:accesspoint/${name}X-docs`, `${name}X`]),
  topic: word.map((name) => [`arn:aws:sns:eu-west-1:111122223333:${name}Topic`, `${name}Topic`]),
  namedBucket: word.map((name) => [`the bucket ${name}-files does not exist`, `${name}-files`]),
  bucketOnly: word.map((name) => [`data in ${name}-files/in.csv is not readable`, `${name}-files`]),
  bucketElement: word.map((name) => [`<Error><BucketName>${name}X</BucketName></Error>`, `${name}X`]),
  quoted: word.map((name) => [`the policy "${name}X" denies it`, `${name}X`]),
  quotedOnce: word.map((name) => [`'${name}Team' has no right`, `${name}Team`]),
  quotedWords: word.map((name) => [`the group “${name} Admins Q” is closed`, `${name} Admins Q`]),
  plainBucket: word.map((name) => [`Bucket ${name} does not exist`, name]),
  plainRole: word.map((name) => [`the role: ${name}`, name]),
  organisationName: word.map((name) => [`the organization named ${name} denies it`, name]),
  userName: word.map((name) => [`User: ${name}Q is not authorized`, `${name}Q`]),
  plainAddress: word.map((name) => [`console.${name}x.com/team/${name}`, name]),
  pathBucket: word.map((name) => [`s3.eu-west-1.amazonaws.com/${name}/a.csv`, name]),
  oldPathBucket: word.map((name) => [`s3-eu-west-1.amazonaws.com/${name}/a.csv`, name]),
  globalPathBucket: word.map((name) => [`s3.amazonaws.com/${name}/a.csv`, name]),
  upperBucket: word.map((name) => [`S3://${name.toUpperCase()}_X/a.csv`, name.toUpperCase()]),
  hadoopBucket: word.map((name) => [`s3a://${name}/a.csv`, name]),
  encodedBucket: word.map((name) => [encodeURIComponent(`s3://${name}/a.csv`), name]),
  encodedArn: word.map((name) => [encodeURIComponent(encodeURIComponent(`arn:aws:s3:::${name}`)), name]),
  encodedEmail: word.map((name) => [encodeURIComponent(`${name}@acme.com`), name]),
  permissionSet: hex(16).map((id) => [`AWSReservedSSO_Admin_${id} was assumed`, id]),
};
const secret = fc.oneof(...Object.values(secrets));
const separated = fc
  .tuple(fc.constantFrom(" ", '"', "(", "=", ", ", "[", "User: "), fc.constantFrom(" ", '"', ")", ", ", "]", "; ", ""))
  .chain(([before, after]) => secret.map(([text, hidden]) => ({ text: `${before}${text}${after}`, hidden })));
const message = fc.array(separated, { minLength: 1, maxLength: 3 });

test.each(Object.entries(secrets))("takes out: %s", (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, ([text, hidden]) => {
      expect(JSON.stringify(createRedactor({ run })({ message: `It is ${text}.`, [text]: [text] }))).not.toContain(
        hidden,
      );
    }),
  );
});

test("takes out any mixture of them, in any place, key or message", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), (messages, other) => {
      const texts = messages.map((parts) => parts.map(({ text }) => text).join(" and "));
      const call = { request: { list: texts, other }, error: { message: texts[0] }, [texts.at(-1) ?? ""]: other };
      const written = JSON.stringify(createRedactor({ run })(call));
      for (const { hidden } of messages.flat()) expect(written).not.toContain(hidden);
    }),
  );
});

/** Names of people, at an address that does not have them and at one that has. */
const person = fc.tuple(word, word).map(([first, last]) => [first, last].map(capitalise).join(" "));
const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
test.each<[string, (name: string) => string]>([
  ["before it in brackets", (name) => `the owner is ${name} <me@acme.com>.`],
  ["in quotation marks", (name) => `"${name}" <me@acme.com>`],
  ["in small letters", (name) => `${name.toLowerCase()} (me@acme.com) has no right`],
  ["behind it", (name) => `me@acme.com (${name}) has no right`],
  ["escaped", (name) => `<Message>${name} &lt;me@acme.com&gt;</Message>`],
  ["with a comma", (name) => `${name}, me@acme.com`],
  ["as a list", (name) => `me@acme.com, ${name}`],
  ["somewhere in its text", (name) => `Hello ${name}! Write to ${name.replace(" ", ".").toLowerCase()}@acme.com.`],
])("takes out a person's name beside an e-mail address: %s", (_, write) => {
  fc.assert(
    fc.property(person, (name) => {
      const written = JSON.stringify(createRedactor({ run })({ message: write(name) })).toLowerCase();
      for (const part of name.toLowerCase().split(" ")) expect(written).not.toContain(part);
    }),
  );
});

test.each<[string, (value: string) => string]>([
  ["as it is", (value) => value],
  ["in capital letters", (value) => value.toUpperCase()],
  ["in small letters", (value) => value.toLowerCase()],
  ["in a URL", encodeURIComponent],
  [
    "in a URL, with small hexadecimal digits",
    (value) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ["in a URL in a URL", (value) => encodeURIComponent(encodeURIComponent(value))],
  ["in JSON in a URL", (value) => encodeURIComponent(JSON.stringify({ value }))],
])("takes out what is known: %s", (_, write) => {
  const values = ["Team/Jane+Doe", "arn:aws:sts::111122223333:assumed-role/Admin/Jane", "Workstation7", "x{y}$z"];
  const redact = createRedactor({ run, known: { caller: values } });
  for (const value of [...values, run]) {
    const text = `It is ${write(value)} here`;
    const written = JSON.stringify(redact([text, { [text]: 1 }]));
    expect(written).toMatch(value === run ? /<run>/ : /<caller>/);
    expect(decodeURIComponent(decodeURIComponent(written)).toLowerCase()).not.toContain(value.toLowerCase());
  }
});

test.each(["Bucket", "BucketName", "UserName", "RoleName", "DisplayName", "organizationId"])(
  "takes out the value of the member %s, but not the run's",
  (member) => {
    expect(createRedactor({ run })({ [member]: "acme" })).toEqual({ [member]: "<name-1>" });
    expect(createRedactor({ run })({ [member]: `${run}-files` })).toEqual({ [member]: "<run>-files" });
  },
);

test("takes names out of JSON in a text, and keeps the spelling of JSON without any", () => {
  const policy = '{"Statement": [{"Resource": "arn:aws:iam::111122223333:policy/acme"}]}';
  expect(createRedactor({ run })({ policy })).toEqual({
    policy: '{"Statement":[{"Resource":"arn:aws:iam::<account-1>:policy/<name-1>"}]}',
  });
  const schema = '{ "type": "record", "name": "Users" }';
  expect(createRedactor({ run })({ schema })).toEqual({ schema });
});

test("keeps what kind of resource an ARN names", () => {
  const arns = [
    "arn:aws:sts::111122223333:assumed-role/acme/jane",
    `arn:aws:personalize:eu-west-1:111122223333:dataset-group/${run}`,
    "arn:aws:iam::111122223333:oidc-provider/idp.acme.example/main",
    "arn:aws:lambda:eu-west-1:111122223333:function:acme:live",
    "arn:aws:sns:eu-west-1:111122223333:acme",
    "arn:aws:iam::aws:policy/AdministratorAccess",
  ];
  expect(createRedactor({ run })(arns)).toEqual([
    "arn:aws:sts::<account-1>:assumed-role/<name-1>",
    "arn:aws:personalize:eu-west-1:<account-1>:dataset-group/<run>",
    "arn:aws:iam::<account-1>:oidc-provider/<name-2>",
    "arn:aws:lambda:eu-west-1:<account-1>:function:<name-3>",
    "arn:aws:sns:eu-west-1:<account-1>:<name-4>",
    "arn:aws:iam::aws:policy/AdministratorAccess",
  ]);
});

test("keeps the words of a service's messages", () => {
  const messages = [
    "User: <caller> is not authorized to perform: iam:PassRole because no identity-based policy allows the iam:PassRole action",
    "1 validation error detected: Value at 'datasetArn' failed to satisfy constraint: Member must not be null",
    "The bucket policy does not allow the service to read the bucket.",
    "Insufficient privileges for using the KMS key with the role: with an explicit deny in a service control policy",
    "Dataset group is in CREATE PENDING state, and the key must be in the same Region: eu-west-1",
    "The recipe aws-user-personalization is not supported.",
    'User: personalize.amazonaws.com is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::<run>-files/a.csv"',
    "a role without rights to the key imports into a group with one",
  ];
  for (const message of messages) expect(createRedactor({ run })({ message })).toEqual({ message });
});

test("keeps references readable: equal values get equal labels, others get others", () => {
  const one = "8f14e45f-ceea-467f-a9d6-1d2f3b4c5d6e";
  const two = "c9f0f895-fb98-4ab9-8dd6-2e1f3b4c5d6e";
  const redact = createRedactor({ run, known: { account: ["111122223333"], caller: ["jane"] } });
  expect(redact({ trackingId: one, nextToken: "7" })).toEqual({
    trackingId: "<tracking-id-1>",
    nextToken: "<token-1>",
  });
  expect(redact([`no tracker ${one}`, `or ${two}`, "jane of 111122223333 and 999922223333"])).toEqual([
    "no tracker <tracking-id-1>",
    "or <id-1>",
    "<caller> of <account> and <account-1>",
  ]);
  expect(redact(`arn:aws:personalize:eu-west-1:111122223333:dataset/${run}/ITEMS`)).toBe(
    "arn:aws:personalize:eu-west-1:<account>:dataset/<run>/ITEMS",
  );
});

test("keeps what tells nothing about the account", () => {
  const harmless = {
    principal: "personalize.amazonaws.com",
    recipe: "arn:aws:personalize:::recipe/aws-user-personalization",
    metric: "normalized_discounted_cumulative_gain_at_25",
    file: "interactions.csv",
    column: "Items.ID",
    alias: "alias/aws/s3",
    time: "2026-01-01T00:00:10.000Z",
    seconds: 1767225600.5,
    text: 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")',
    agent: "12:34:56",
    encoded: "INCLUDE%20ItemID%20WHERE",
    share: "100% of 25%",
  };
  expect(createRedactor({ run })(harmless)).toEqual(harmless);
});

const recordings = join(import.meta.dirname, "../conformance/personalize/recordings");

test("no file of the recordings has anything that must not be there", () => {
  for (const file of readdirSync(recordings, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".json"))) {
    const text = readFileSync(join(recordings, file), "utf8");
    // What was redacted once has nothing left to redact.
    expect(createRedactor({ run: "personalize-conformance-" })(JSON.parse(text)), file).toEqual(JSON.parse(text));
  }
});
