import type { AssumeRoleCommandInput, STSClientConfig } from "@aws-sdk/client-sts";
import { z } from "zod";

/** In a stack's configuration, lists and objects are JSON text, flags and numbers are text. */
const json = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === "string" ? JSON.parse(value) : value), schema);

/** As Go writes durations; in seconds. */
const duration = z.string().transform((text, context) => {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (total === 0) context.addIssue(`"${text}" is not like 1h or 45m`);
  return total;
});

/** Members that the account does not implement are its matter: it refuses them by name. */
const role = z.strictObject({
  roleArn: z.string(),
  duration: duration.optional(),
  externalId: z.string().optional(),
  policy: z.string().optional(),
  policyArns: z.array(z.string()).optional(),
  sessionName: z.string().optional(),
  sourceIdentity: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  transitiveTagKeys: z.array(z.string()).optional(),
});
type AssumedRole = z.output<typeof role>;

const accountIds = json(z.array(z.coerce.string()));

/**
 * The keys of the aws provider that the local provider supports. All others are refused, never
 * ignored.
 */
const settings = z.strictObject({
  region: z.string().optional(),
  accessKey: z.string().optional(),
  secretKey: z.string().optional(),
  token: z.string().optional(),
  profile: z.string().optional(),
  sharedConfigFiles: json(z.array(z.string()).max(1)).optional(),
  sharedCredentialsFiles: json(z.array(z.string()).max(1)).optional(),
  assumeRoles: json(z.array(role)).default([]),
  allowedAccountIds: accountIds.default([]),
  forbiddenAccountIds: accountIds.default([]),
  defaultTags: json(z.strictObject({ tags: z.record(z.string(), z.string()).default({}) })).default({ tags: {} }),
  endpoints: json(z.array(z.record(z.string(), z.string()))).optional(),
  maxRetries: z.coerce.number().int().optional(),
  retryMode: z.enum(["standard", "adaptive"]).optional(),
  stsRegion: z.string().optional(),
  // Without an effect on the local account, which has only one address.
  s3UsePathStyle: z.unknown().optional(),
  s3UsEast1RegionalEndpoint: z.unknown().optional(),
  skipCredentialsValidation: z.unknown().optional(),
  skipMetadataApiCheck: z.unknown().optional(),
  skipRegionValidation: z.unknown().optional(),
  skipRequestingAccountId: z.unknown().optional(),
  version: z.unknown().optional(),
});

/** The settings of the SDK's clients, and the allowed accounts. */
interface ProviderSettings {
  readonly region: string;
  readonly client: STSClientConfig;
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  readonly defaultTags: Readonly<Record<string, string>>;
}

/**
 * Reads a provider's arguments; those of the default one are the `aws:` keys of the stack's
 * configuration. Sets variables for the SDK's clients.
 */
export function readSettings(given: unknown, environment: NodeJS.ProcessEnv): ProviderSettings {
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `the local provider does not support ${issue.keys.map((key) => `aws:${[...issue.path, key].join(".")}`).join(", ")}`
        : `aws:${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`${problems.join("; ")}. Correct or remove it in the configuration of the stack.`);
  }
  const config = parsed.data;
  const region = config.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (!region) {
    throw new Error("No Region is set: set aws:region in the configuration of the stack, or the variable AWS_REGION.");
  }
  const [configFile] = config.sharedConfigFiles ?? [];
  const [credentialsFile] = config.sharedCredentialsFiles ?? [];
  if (configFile) environment.AWS_CONFIG_FILE = configFile;
  if (credentialsFile) environment.AWS_SHARED_CREDENTIALS_FILE = credentialsFile;
  const base: STSClientConfig = {
    region,
    ...(config.profile && { profile: config.profile }),
    ...(config.maxRetries !== undefined && { maxAttempts: config.maxRetries + 1 }),
    ...(config.retryMode && { retryMode: config.retryMode }),
    ...staticKeys(config),
  };
  const { allowedAccountIds, forbiddenAccountIds } = config;
  const { tags: defaultTags } = config.defaultTags;
  return { region, client: assumeRoles(base, config.assumeRoles), allowedAccountIds, forbiddenAccountIds, defaultTags };
}

function staticKeys({ accessKey, secretKey, token }: z.output<typeof settings>): STSClientConfig {
  if (!accessKey || !secretKey) return {};
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey, ...(token && { sessionToken: token }) };
  return { credentials };
}

/**
 * The client's settings with the credentials of the last role. Each role is assumed with those of
 * the previous one.
 */
function assumeRoles(base: STSClientConfig, roles: readonly AssumedRole[]): STSClientConfig {
  return roles.reduce((before, role) => ({ ...base, credentials: () => assume(before, requestOf(role)) }), base);
}

const requestOf = (role: AssumedRole): AssumeRoleCommandInput => ({
  RoleArn: role.roleArn,
  RoleSessionName: role.sessionName ?? "pulumi-local",
  DurationSeconds: role.duration,
  ExternalId: role.externalId,
  Policy: role.policy,
  PolicyArns: role.policyArns?.map((arn) => ({ arn })),
  SourceIdentity: role.sourceIdentity,
  Tags: role.tags && Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
  TransitiveTagKeys: role.transitiveTagKeys,
});

async function assume(client: STSClientConfig, request: AssumeRoleCommandInput) {
  const { STS } = await import("@aws-sdk/client-sts");
  const { Credentials: issued } = await new STS(client).assumeRole(request);
  if (!issued?.AccessKeyId || !issued.SecretAccessKey) {
    throw new Error(`STS returned no credentials for ${request.RoleArn}.`);
  }
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    ...(issued.SessionToken && { sessionToken: issued.SessionToken }),
    ...(issued.Expiration && { expiration: issued.Expiration }),
  };
}
