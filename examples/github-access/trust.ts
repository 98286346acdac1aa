/** Where the workflows run. */
export interface Repository {
  /** `owner/name`. */
  readonly repository: string;
  /** ARN of the account's OpenID Connect provider for GitHub's tokens. */
  readonly providerArn: string;
}

const issuer = "token.actions.githubusercontent.com";

function trust({ providerArn }: Repository, subject: string) {
  const Condition = { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject } };
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition,
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** Only runs for pull requests of this repository; GitHub gives forks no token. */
export function previewTrust(from: Repository) {
  return trust(from, `repo:${from.repository}:pull_request`);
}

/** Only runs that GitHub let into the environment, with whatever approvals it asks for. */
export function deployTrust(from: Repository, environment: string) {
  return trust(from, `repo:${from.repository}:environment:${environment}`);
}

/** Where the state of self-managed stacks lies, and the key of its secrets. */
export interface StateStore {
  readonly bucketArn: string;
  readonly keyArn: string;
}

/**
 * What a preview needs: to read the state. It calls no service besides: `check` and `diff` of the dynamic providers are
 * pure, and `getCallerIdentity` needs no permission. A pull request can therefore see, and can change nothing.
 */
export function previewPermissions({ bucketArn, keyArn }: StateStore) {
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: bucketArn },
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: `${bucketArn}/.pulumi/*` },
      { Effect: "Allow", Action: ["kms:Decrypt"], Resource: keyArn },
    ],
  };
}
