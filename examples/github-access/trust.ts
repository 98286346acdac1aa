/** Where the workflows run. */
export interface Repository {
  /** `owner/name`. */
  readonly repository: string;
  /** ARN of the account's OpenID Connect provider for GitHub's tokens. */
  readonly providerArn: string;
}

const issuer = "token.actions.githubusercontent.com";

function trust({ providerArn }: Repository, claims: Readonly<Record<string, string>>) {
  const conditions = Object.entries({ aud: "sts.amazonaws.com", ...claims }).map(([claim, value]) => [
    `${issuer}:${claim}`,
    value,
  ]);
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: Object.fromEntries(conditions) as Record<string, string> },
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

/**
 * Only jobs of pull requests that name the stack's preview environment, such as `dev-preview`. GitHub gives forks no token.
 * One role per stack: a preview reads one stack's state and no other's.
 */
export function previewTrust(from: Repository, stack: string) {
  return trust(from, { sub: `repo:${from.repository}:environment:${stack}-preview` });
}

/**
 * Only the deployment workflow, as it is on the branch that is deployed, in the stack's environment. The environment
 * alone is not enough: a workflow on any branch may name it, and by default GitHub lets every branch deploy to it. STS
 * compares these claims since January 2026 (IAM guide, "Available keys for AWS OIDC federation").
 */
export function deployTrust(from: Repository, stack: string, branch: string) {
  const ref = `refs/heads/${branch}`;
  return trust(from, {
    sub: `repo:${from.repository}:environment:${stack}`,
    ref,
    job_workflow_ref: `${from.repository}/.github/workflows/deploy.yml@${ref}`,
  });
}

/** Where one stack's state is kept, and the key of its secrets. Both are the stack's own. */
export interface StateStore {
  readonly bucketArn: string;
  /** Folder in the bucket: the stack's state is at `s3://bucket/prefix`. */
  readonly prefix: string;
  readonly keyArn: string;
}

/**
 * What a preview needs: to read the stack's state, and to validate a changed definition of the state machine, which the aws
 * provider asks of Step Functions (hashicorp/terraform-provider-aws#39472). `check` and `diff` of the dynamic providers
 * call no service, and `getCallerIdentity` needs no permission. A pull request can therefore see, and can change nothing.
 */
export function previewPermissions(state: StateStore) {
  return stateAccess(state, ["s3:GetObject"], ["kms:Decrypt"]);
}

/** A deployment's access to the state, and what each preview needs; what it needs in the account comes in addition. */
export function deployPermissions(state: StateStore) {
  return stateAccess(state, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], ["kms:Decrypt", "kms:Encrypt"]);
}

function stateAccess({ bucketArn, prefix, keyArn }: StateStore, objects: string[], key: string[]) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: bucketArn,
        Condition: { StringLike: { "s3:prefix": `${prefix}/*` } },
      },
      { Effect: "Allow", Action: objects, Resource: `${bucketArn}/${prefix}/.pulumi/*` },
      { Effect: "Allow", Action: key, Resource: keyArn },
      // The action has no resource type (Service Authorization Reference, "AWS Step Functions").
      { Effect: "Allow", Action: ["states:ValidateStateMachineDefinition"], Resource: "*" },
    ],
  };
}
