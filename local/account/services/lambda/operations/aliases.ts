import { randomUUID } from "node:crypto";
import type { AliasConfiguration, AliasRoutingConfiguration } from "@aws-sdk/client-lambda";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { conflict, notFound } from "../faults";
import { type Alias, type Functions, findFunction, findTarget, type LambdaFunction } from "../state/function";
import { functionArn } from "../state/function-name";
import { requireRevision } from "../state/preconditions";

/** Names for versions that can be moved from one version to another. Weighted routing returns 501. */
export function aliasHandlers(functions: Functions) {
  const describe = (fn: LambdaFunction, alias: Alias): AliasConfiguration => ({
    AliasArn: functionArn(fn, fn.name, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
  });

  /** The version that an alias is to have, which must exist. */
  const requireVersion = (call: Call, { name }: LambdaFunction, number: string) =>
    findTarget(functions, call, { FunctionName: name, Qualifier: number }).version.version;

  return {
    CreateAlias(input, call) {
      refuseWeights("CreateAlias", input.RoutingConfig);
      const { FunctionName: name, FunctionVersion: number = "", Name: aliasName = "" } = input;
      // Recorded on AWS: an unknown function is reported with the version (localstack's snapshot
      // test_notfound_and_invalid_routingconfigs).
      const { fn } = findTarget(functions, call, { FunctionName: name, Qualifier: number });
      const version = requireVersion(call, fn, number);
      if (fn.aliases.has(aliasName)) throw conflict(`Alias already exists: ${functionArn(fn, fn.name, aliasName)}`);
      const alias = { name: aliasName, version, description: input.Description ?? "", revisionId: randomUUID() };
      fn.aliases.set(aliasName, alias);
      return describe(fn, alias);
    },

    GetAlias(input, call) {
      const fn = findFunction(functions, call, input);
      const alias = fn.aliases.get(input.Name ?? "");
      if (!alias) throw notFound(`Cannot find alias arn: ${functionArn(fn, fn.name, input.Name)}`);
      return describe(fn, alias);
    },

    UpdateAlias(input, call) {
      refuseWeights("UpdateAlias", input.RoutingConfig);
      const fn = findFunction(functions, call, input);
      const alias = fn.aliases.get(input.Name ?? "");
      if (!alias) throw notFound(`Alias not found: ${functionArn(fn, fn.name, input.Name)}`);
      requireRevision(alias, input.RevisionId);
      if (input.FunctionVersion !== undefined) alias.version = requireVersion(call, fn, input.FunctionVersion);
      if (input.Description !== undefined) alias.description = input.Description;
      alias.revisionId = randomUUID();
      return describe(fn, alias);
    },

    /** An alias that does not exist is deleted too (localstack's snapshot test_non_existent_alias_deletion). */
    DeleteAlias(input, call) {
      const fn = findFunction(functions, call, input);
      const name = input.Name ?? "";
      if (fn.aliases.delete(name)) {
        fn.policies.delete(name);
        fn.eventInvoke.delete(name);
      }
      return {};
    },

    ListAliases(input, call) {
      const fn = findFunction(functions, call, input);
      const { FunctionVersion: number } = input;
      const listed = [...fn.aliases.values()].filter(({ version }) => number === undefined || version === number);
      const { items, next } = page(listed, ({ name }) => name, { token: input.Marker, limit: input.MaxItems ?? 50 });
      return { Aliases: items.map((alias) => describe(fn, alias)), ...(next && { NextMarker: next }) };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

function refuseWeights(operation: string, config: AliasRoutingConfiguration = {}): void {
  if (Object.keys(config.AdditionalVersionWeights ?? {}).length === 0) return;
  throw notImplemented(`lambda:${operation} with RoutingConfig`);
}
