import type { Personalize } from "@aws-sdk/client-personalize";
import type { AssumeRoleCommandInput, STS } from "@aws-sdk/client-sts";
import { findUnsupportedKeys } from "./unsupported-keys";

/**
 * The access to AWS, from the stack's configuration (the keys of the aws provider). One object for
 * each provider: `configure` fills it, and it keeps the clients. It is never part of inputs or
 * outputs.
 */
export interface Access {
  /** A fault of the configuration; every operation fails with this text. */
  problem?: string | undefined;
  /** The Region of the keys, or of the environment. */
  region?: string | undefined;
  /** Settings of each service's client. */
  clients?: Readonly<Record<"cloudwatch" | "lambda" | "personalize" | "sfn" | "ssm" | "sts", Record<string, unknown>>>;
  /** Roles to assume, each with the credentials of the one before. */
  roles?: AssumeRoleCommandInput[];
  allowed?: string[];
  forbidden?: string[];
  personalize?: Promise<Personalize> | undefined;
  /** The account that the credentials belong to. */
  account?: Promise<string> | undefined;
}

/** A role of `aws:assumeRoles`. */
interface ConfiguredRole {
  roleArn?: string;
  duration?: string;
  externalId?: string;
  policy?: string;
  policyArns?: string[];
  sessionName?: string;
  sourceIdentity?: string;
  tags?: Record<string, string>;
  transitiveTagKeys?: string[];
}

/** Parses JSON; undefined for other texts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Sets environment variables for clients that take no settings, such as those of the credential
 * providers.
 */
function setVariables(text: (key: string) => string | undefined): string[] {
  const variables = {
    region: "AWS_REGION",
    sharedConfigFiles: "AWS_CONFIG_FILE",
    sharedCredentialsFiles: "AWS_SHARED_CREDENTIALS_FILE",
    ec2MetadataServiceEndpoint: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    ec2MetadataServiceEndpointMode: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    skipMetadataApiCheck: "AWS_EC2_METADATA_DISABLED",
  };
  return Object.entries(variables).flatMap(([key, variable]) => {
    const value = text(key);
    const files = value?.startsWith("[") ? parseJson(value) : undefined;
    if (value?.startsWith("[") && !Array.isArray(files)) return [`aws:${key} is not JSON.`];
    const [first = value, ...others] = Array.isArray(files) ? files.map(String) : [];
    if (others.length > 0) return [`aws:${key} lists several files. Put all profiles into one file, and set that.`];
    if (first) process.env[variable] = first.replace(/^~/, process.env.HOME ?? "~");
    return [];
  });
}

/**
 * Creates the request that assumes a configured role. Adds what is wrong with the role to
 * `problems`.
 */
function toAssumeRoleRequest(given: ConfiguredRole | null, problems: string[]): AssumeRoleCommandInput {
  const role: ConfiguredRole = typeof given === "object" && given !== null ? given : {};
  const { roleArn: RoleArn = "", duration = "" } = role;
  if (!/^arn:[^:]+:iam::\d{12}:role\/./.test(RoleArn)) {
    problems.push(`aws:assumeRoles: "${RoleArn}" is not the ARN of a role.`);
  }
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  const DurationSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (duration && !DurationSeconds) problems.push(`aws:assumeRoles: the duration "${duration}" is not like 1h or 45m.`);
  return {
    RoleArn,
    RoleSessionName: role.sessionName ?? "pulumi-personalize",
    DurationSeconds: DurationSeconds || undefined,
    ExternalId: role.externalId,
    Policy: role.policy,
    PolicyArns: role.policyArns && [role.policyArns].flat().map((arn) => ({ arn })),
    SourceIdentity: role.sourceIdentity,
    Tags: role.tags && Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: role.transitiveTagKeys,
  };
}

/** Reads the `aws:` keys of the stack's configuration. */
export function readAccess(get: (key: string) => string | undefined): Access {
  const text = (key: string) => get(`aws:${key}`) || undefined;
  const problems = [...findUnsupportedKeys(text), ...setVariables(text)];
  const parsed = <T>(key: string): T[] => {
    const value = parseJson(text(key) ?? "[]") as T | T[] | undefined;
    if (value === undefined) problems.push(`aws:${key} is not JSON.`);
    return value === undefined ? [] : ([value].flat() as T[]);
  };
  const accessKeyId = text("accessKey");
  const secretAccessKey = text("secretKey");
  const sessionToken = text("token");
  if (!accessKeyId !== !secretAccessKey || (sessionToken && !accessKeyId)) {
    problems.push(
      "aws:accessKey and aws:secretKey must be set together, and aws:token only with both. Set the missing key.",
    );
  }
  // The aws provider reads the second variable too, the JavaScript SDK does not.
  const region = text("region") ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined);
  const endpoints = new Map(parsed<Record<string, string>>("endpoints").flatMap((each) => Object.entries(each ?? {})));
  const client = (service: string, serviceRegion: string | undefined) => ({
    maxAttempts: Number(text("maxRetries") ?? 9) + 1,
    retryMode: text("retryMode") ?? "standard",
    // The SDK waits for ever by default. The functions that commands invoke answer within 40
    // seconds.
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 45_000 },
    useFipsEndpoint: text("useFipsEndpoint") === "true",
    useDualstackEndpoint: text("useDualstackEndpoint") === "true",
    // Absent members leave the choice to the environment.
    ...(serviceRegion && { region: serviceRegion }),
    ...(text("profile") && { profile: text("profile") }),
    ...(accessKeyId && { credentials: { accessKeyId, secretAccessKey, sessionToken } }),
    ...(endpoints.get(service) && { endpoint: endpoints.get(service) }),
  });
  return {
    region,
    clients: {
      cloudwatch: client("cloudwatch", region),
      lambda: client("lambda", region),
      personalize: client("personalize", region),
      sfn: client("sfn", region),
      ssm: client("ssm", region),
      sts: client("sts", text("stsRegion") ?? region),
    },
    roles: parsed<ConfiguredRole>("assumeRoles").map((role) => toAssumeRoleRequest(role, problems)),
    allowed: parsed("allowedAccountIds").map(String),
    forbidden: parsed("forbiddenAccountIds").map(String),
    problem: problems.join(" ") || undefined,
  };
}

/** Creates a client of STS with the credentials of the first `count` roles. */
async function createSts(access: Access, count?: number): Promise<STS> {
  const { STS } = await import("@aws-sdk/client-sts");
  return new STS({ ...access.clients?.sts, ...createRoleCredentials(access, count) });
}

/**
 * Creates the setting `credentials` of a client, from the last of the first `count` roles. Empty
 * without roles.
 */
export function createRoleCredentials(access: Access, count = access.roles?.length ?? 0) {
  const role = access.roles?.[count - 1];
  if (!role) return {};
  return {
    credentials: async () => {
      const { Credentials: credentials } = await (await createSts(access, count - 1)).assumeRole(role);
      return {
        accessKeyId: credentials?.AccessKeyId ?? "",
        secretAccessKey: credentials?.SecretAccessKey ?? "",
        sessionToken: credentials?.SessionToken ?? "",
        ...(credentials?.Expiration && { expiration: credentials.Expiration }),
      };
    },
  };
}

/** Fetches what ARNs have between the service and the resource: `<region>:<account>`. */
export const fetchPlace = async (access: Access, client: { config: { region: () => Promise<string> } }) =>
  `${await client.config.region()}:${await fetchAccount(access)}`;

/** Fetches the account that the credentials belong to, once. */
export function fetchAccount(access: Access): Promise<string> {
  access.account ??= createSts(access)
    .then((sts) => sts.getCallerIdentity({}))
    .then(({ Account = "" }) => Account)
    .catch((error) => {
      access.account = undefined;
      throw error;
    });
  return access.account;
}
