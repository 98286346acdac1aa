import { randomUUID } from "node:crypto";
import type { Clients } from "../../../endpoint/clients";
import { notImplemented } from "../../../endpoint/fault";
import { page } from "../../../endpoint/page";
import type { Call, Handlers, Host } from "../../../endpoint/service";
import type { CodeBucket } from "../code/code-bucket";
import type { CodeSource } from "../code/code-source";
import { sealEnvironment } from "../execution/environment-key";
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
  type Settings,
  unpublished,
} from "../state/function";
import { functionArn, parseOwnName } from "../state/function-name";
import { requireIdle, requireRevision } from "../state/preconditions";
import type { Publisher } from "../state/publish";
import { readSettings } from "../state/settings";
import { transition } from "../state/transition";
import { checkRole } from "./check-role";
import { newTags } from "./tags";

const unsupported = ["Layers", "FileSystemConfigs", "ImageConfig", "CapacityProviderConfig", "DurableConfig"];

export interface FunctionParts {
  readonly host: Host;
  readonly functions: Functions;
  readonly source: CodeSource;
  readonly bucket: CodeBucket;
  readonly runner: Runner;
  readonly publisher: Publisher;
}

/** Creates, reads, changes, lists and deletes functions. */
export function functionHandlers({ host, functions, source, bucket, runner, publisher }: FunctionParts) {
  const { clock } = host;

  const reviseWith = async (call: Call, name: string, settings: Settings, revision: Omit<Revision, "settings">) => {
    checkRole(host, call, name, settings);
    const sealedEnvironment = await sealEnvironment(host, call, name, settings);
    return { code: revision.code, settings, ...(sealedEnvironment && { sealedEnvironment }) };
  };

  /** Switches to the new revision when the update ends; until then the old one is invoked. */
  const update = (version: FunctionVersion, revision: Revision) => {
    version.latest = revision;
    version.lastModified = clock.now();
    version.revisionId = randomUUID();
    version.lastUpdate = "InProgress";
    clock.at(clock.now() + transition, `lambda: ${version.fn.name} is updated`, () => {
      version.live = version.latest;
      version.lastUpdate = "Successful";
      version.revisionId = randomUUID();
      return runner.retire(version);
    });
  };

  const create = (call: Call, name: string, revision: Revision, tags: Map<string, string>): LambdaFunction => {
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
      active: 0,
      get unpublished() {
        return version;
      },
    };
    const version = publisher.createVersion(fn, unpublished, revision);
    functions.of(call).set(name, fn);
    return fn;
  };

  return {
    async CreateFunction(input, call) {
      refuseMembers("CreateFunction", input, [...unsupported, "PublishTo", "CodeSigningConfigArn", "TenancyConfig"]);
      const { name } = parseOwnName(call, input.FunctionName);
      if (name.length > longestName) throw invalidParameter(tooLongName(name));
      if (functions.of(call).has(name)) throw conflict(`Function already exist: ${name}`);
      const settings = readSettings(name, input);
      const tags = newTags(input.Tags);
      const code = await source.load(call, "CreateFunction", input.Code ?? {});
      const fn = create(call, name, await reviseWith(call, name, settings, { code }), tags);
      // Recorded on AWS: the version's number under the function's own ARN (localstack's snapshot test_publish_version_on_create).
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

    async UpdateFunctionCode(input, call) {
      refuseMembers("UpdateFunctionCode", input, ["PublishTo"]);
      const fn = findFunction(functions, call, input);
      const version = fn.unpublished;
      requireIdle(version);
      requireRevision(version, input.RevisionId);
      const { Architectures, ...given } = input;
      const code = await source.load(call, "UpdateFunctionCode", given);
      // While a large zip is unpacked another update may have begun.
      requireIdle(version);
      if (input.DryRun) return describeVersion({ ...version, latest: { ...version.latest, code } }, fn.arn);
      const { settings } = version.latest;
      const changed = Architectures ? { ...settings, architectures: Architectures } : settings;
      update(version, { ...version.latest, code, settings: changed });
      if (!input.Publish) return describeVersion(version, fn.arn);
      const published = publisher.publishNew(fn);
      return describeVersion(published, functionArn(fn, fn.name, published.version));
    },

    async UpdateFunctionConfiguration(input, call) {
      refuseMembers("UpdateFunctionConfiguration", input, unsupported);
      const fn = findFunction(functions, call, input);
      const version = fn.unpublished;
      requireIdle(version);
      requireRevision(version, input.RevisionId);
      const settings = readSettings(fn.name, input, version.latest.settings);
      update(version, await reviseWith(call, fn.name, settings, version.latest));
      return describeVersion(version, fn.arn);
    },

    async DeleteFunction(input, call) {
      const { name, qualifier = input.Qualifier } = parseOwnName(call, input.FunctionName);
      if (qualifier !== undefined) refuseQualifier(qualifier);
      const fn = findFunction(functions, call, input);
      if (qualifier !== undefined) {
        const version = takeVersion(fn, qualifier);
        if (version) await runner.retire(version, "all");
      } else {
        functions.of(call).delete(name);
        for (const version of [fn.unpublished, ...fn.published.values()]) await runner.retire(version, "all");
      }
      return { StatusCode: 204 };
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

/** Only published versions can be deleted one by one. */
function refuseQualifier(qualifier: string): void {
  if (qualifier === unpublished) {
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  }
  // Recorded on AWS: localstack's snapshot test_function_name_and_qualifier_validation.
  if (!/^\d+$/.test(qualifier)) throw invalidParameter("Deletion of aliases is not currently supported.");
}

/** Removes one published version, which no alias may use; one that does not exist is no error (test_delete_on_nonexisting_version). */
function takeVersion(fn: LambdaFunction, qualifier: string): FunctionVersion | undefined {
  const version = fn.published.get(qualifier);
  const users = [...fn.aliases.values()].filter((alias) => alias.version === qualifier).map(({ name }) => name);
  if (users.length > 0) {
    throw conflict(`Unable to delete version because the following aliases reference it: [${users.join(", ")}]`);
  }
  fn.published.delete(qualifier);
  fn.policies.delete(qualifier);
  fn.eventInvoke.delete(qualifier);
  return version;
}

const longestName = 64;
/** In the words of AWS: localstack's snapshot test_function_arns. */
const tooLongName = (name: string) =>
  `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
  `Member must have length less than or equal to ${longestName}`;
