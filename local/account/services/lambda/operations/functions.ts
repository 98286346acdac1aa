import { randomUUID } from "node:crypto";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { CodeBucket } from "../code/code-bucket";
import type { CodeSource } from "../code/code-source";
import type { Runner } from "../execution/runner";
import { conflict, invalidParameter } from "../faults";
import { refuseMembers } from "../refuse-members";
import { describeFunction, summariseFunction } from "../state/describe-function";
import { type Functions, findArn, findFunction, type LambdaFunction, latestVersion } from "../state/function";
import { functionArn, parseOwnName, qualifierOf } from "../state/function-name";
import { readSettings } from "../state/settings";
import { transition } from "../state/transition";
import { createRevision, unsupported } from "./revision";
import { createTags } from "./tags";

export interface FunctionParts {
  readonly host: Host;
  readonly functions: Functions;
  readonly source: CodeSource;
  readonly bucket: CodeBucket;
  readonly runner: Runner;
}

/** Creates, reads and lists functions. */
export function functionHandlers({ host, functions, source, bucket }: FunctionParts) {
  return {
    async CreateFunction(input, call) {
      const others = ["Publish", "PublishTo", "CodeSigningConfigArn", "TenancyConfig"];
      refuseMembers("CreateFunction", input, [...unsupported, ...others]);
      const { name } = parseOwnName(call, input.FunctionName);
      if (name.length > longestName) throw invalidParameter(tooLongName(name));
      if (functions.of(call).has(name)) throw conflict(`Function already exist: ${name}`);
      const settings = readSettings(input);
      const tags = createTags(input.Tags);
      const code = await source.load(call, "CreateFunction", input.Code ?? {});
      const revision = await createRevision(host, call, name, settings, code);
      const fn: LambdaFunction = {
        name,
        arn: functionArn(call, name),
        account: call.account,
        region: call.region,
        tags,
        latest: revision,
        live: revision,
        state: "Pending",
        lastUpdate: "Successful",
        lastModified: host.clock.now(),
        revisionId: randomUUID(),
      };
      functions.of(call).set(name, fn);
      const activate = () => {
        fn.state = "Active";
        fn.revisionId = randomUUID();
      };
      host.clock.at(host.clock.now() + transition, `lambda: ${name} becomes Active`, activate, "transition");
      return describeFunction(fn);
    },

    async GetFunction(input, call) {
      const fn = findFunction(functions, call, input);
      return {
        Configuration: describeFunction(fn, findArn(fn, input)),
        Code: { RepositoryType: "S3", Location: await bucket.presign(fn) },
        // Tags belong to the function, not to a version.
        ...(qualifierOf(input) === undefined && fn.tags.size > 0 && { Tags: Object.fromEntries(fn.tags) }),
        ...(fn.concurrency && { Concurrency: fn.concurrency }),
      };
    },

    GetFunctionConfiguration(input, call) {
      const fn = findFunction(functions, call, input);
      return describeFunction(fn, findArn(fn, input));
    },

    ListFunctions(input, call) {
      for (const member of ["MasterRegion", "FunctionVersion"] as const) {
        if (input[member] !== undefined) throw notImplemented(`lambda:ListFunctions with ${member}`);
      }
      const { items, next } = page(functions.of(call).values(), ({ name }) => name, {
        token: input.Marker,
        limit: input.MaxItems ?? 50,
      });
      return { Functions: items.map((fn) => summariseFunction(fn)), ...(next && { NextMarker: next }) };
    },

    /** A function has one version that can be used, listed under its qualified ARN. */
    ListVersionsByFunction(input, call) {
      const fn = findFunction(functions, call, input);
      const versions = [summariseFunction(fn, functionArn(fn, fn.name, latestVersion))];
      const { items } = page(versions, () => latestVersion, { token: input.Marker, limit: input.MaxItems ?? 50 });
      return { Versions: items };
    },

    GetFunctionCodeSigningConfig(input, call) {
      const { name } = findFunction(functions, call, input);
      return { CodeSigningConfigArn: "", FunctionName: name };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

const longestName = 64;
/** In the words of AWS: localstack's snapshot test_function_arns. */
const tooLongName = (name: string) =>
  `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
  `Member must have length less than or equal to ${longestName}`;
