import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { CodeBucket } from "../code/code-bucket";
import type { CodeSource } from "../code/code-source";
import type { Runner } from "../execution/runner";
import { conflict, invalidParameter } from "../faults";
import { refuseMembers } from "../refuse-members";
import { describeVersion, summariseVersion } from "../state/describe-version";
import {
  type Functions,
  type FunctionVersion,
  findFunction,
  findTarget,
  type LambdaFunction,
  orderOf,
  type Revision,
  unpublished,
} from "../state/function";
import { functionArn, parseOwnName } from "../state/function-name";
import type { Publisher } from "../state/publish";
import { readSettings } from "../state/settings";
import { createRevision, unsupported } from "./revision";
import { createTags } from "./tags";

export interface FunctionParts {
  readonly host: Host;
  readonly functions: Functions;
  readonly source: CodeSource;
  readonly bucket: CodeBucket;
  readonly runner: Runner;
  readonly publisher: Publisher;
}

/** Creates, reads and lists functions. */
export function functionHandlers({ host, functions, source, bucket, publisher }: FunctionParts) {
  return {
    async CreateFunction(input, call) {
      refuseMembers("CreateFunction", input, [...unsupported, "PublishTo", "CodeSigningConfigArn", "TenancyConfig"]);
      const { name } = parseOwnName(call, input.FunctionName);
      if (name.length > longestName) throw invalidParameter(tooLongName(name));
      if (functions.of(call).has(name)) throw conflict(`Function already exist: ${name}`);
      const settings = readSettings(name, input);
      const tags = createTags(input.Tags);
      const code = await source.load(call, "CreateFunction", input.Code ?? {});
      const fn = create(functions, publisher, call, name, await createRevision(host, call, name, settings, code), tags);
      // Recorded on AWS: the version's number under the function's own ARN (localstack's snapshot
      // test_publish_version_on_create).
      const described = input.Publish ? publisher.publishNew(fn) : fn.unpublished;
      return describeVersion(described, fn.arn);
    },

    async GetFunction(input, call) {
      const { fn, version, arn, qualifier } = findTarget(functions, call, input);
      return {
        Configuration: describeVersion(version, arn),
        Code: { RepositoryType: "S3", Location: await bucket.presign(version) },
        // Tags and concurrency belong to the function, not to a version.
        ...(qualifier === undefined && fn.tags.size > 0 && { Tags: Object.fromEntries(fn.tags) }),
        ...(fn.concurrency && { Concurrency: fn.concurrency }),
      };
    },

    GetFunctionConfiguration(input, call) {
      const { version, arn } = findTarget(functions, call, input);
      return describeVersion(version, arn);
    },

    ListFunctions(input, call) {
      if (input.MasterRegion !== undefined) throw notImplemented("lambda:ListFunctions with MasterRegion");
      const all = [...functions.of(call).values()];
      // The API reference: FunctionVersion ALL includes all published versions, each under its qualified ARN.
      const listed =
        input.FunctionVersion === "ALL"
          ? all.flatMap((fn) => [fn.unpublished, ...fn.published.values()])
          : all.map((fn) => fn.unpublished);
      const arnOf = ({ fn, version }: FunctionVersion) =>
        input.FunctionVersion === "ALL" ? functionArn(fn, fn.name, version) : fn.arn;
      const { items, next } = page(listed, (version) => `${version.fn.name}:${orderOf(version)}`, {
        token: input.Marker,
        limit: input.MaxItems ?? 50,
      });
      return {
        Functions: items.map((version) => summariseVersion(version, arnOf(version))),
        ...(next && { NextMarker: next }),
      };
    },

    GetFunctionCodeSigningConfig(input, call) {
      const { name } = findFunction(functions, call, input);
      return { CodeSigningConfigArn: "", FunctionName: name };
    },

    GetRuntimeManagementConfig(input, call) {
      return { UpdateRuntimeOn: "Auto", FunctionArn: findTarget(functions, call, input).arn };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

function create(
  functions: Functions,
  publisher: Publisher,
  call: Call,
  name: string,
  revision: Revision,
  tags: Map<string, string>,
): LambdaFunction {
  const fn: LambdaFunction = {
    name,
    arn: functionArn(call, name),
    account: call.account,
    region: call.region,
    tags,
    policies: new Map(),
    eventInvoke: new Map(),
    published: new Map(),
    aliases: new Map(),
    lastNumber: 0,
    get unpublished() {
      return version;
    },
  };
  const version = publisher.createVersion(fn, unpublished, revision);
  functions.of(call).set(name, fn);
  return fn;
}

const longestName = 64;
/** In the words of AWS: localstack's snapshot test_function_arns. */
const tooLongName = (name: string) =>
  `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
  `Member must have length less than or equal to ${longestName}`;
