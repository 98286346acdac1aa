import type { Parameter as ParameterView } from "@aws-sdk/client-ssm";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import {
  checkReadName,
  invalid,
  latestVersion,
  type Parameter,
  type Parameters,
  type ParameterVersion,
  readSelector,
  requireParameter,
} from "../state/parameter";
import { isUnder, passes, refuseFilters } from "../state/parameter-filter";
import { createSecureValues } from "../state/values";

/** Reads values: by name, by path, and earlier ones. */
export function readHandlers(host: Host, parametersOf: (call: Caller) => Parameters) {
  const { describe, read } = createReader(host, parametersOf);

  return {
    GetParameter: async ({ Name = "", WithDecryption = false }, call) => ({
      Parameter: await read(call, Name, WithDecryption),
    }),

    async GetParameters({ Names = [], WithDecryption = false }, call) {
      const found: ParameterView[] = [];
      const missing: string[] = [];
      // A name that is given twice is returned once.
      for (const name of new Set(Names)) {
        try {
          found.push(await read(call, name, WithDecryption));
        } catch (error) {
          if (!(error instanceof Fault) || !/^Parameter(Version)?NotFound$/.test(error.code)) throw error;
          missing.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: missing };
    },

    async GetParametersByPath(input, call) {
      const { Path = "", Recursive = false, ParameterFilters = [], WithDecryption = false } = input;
      if (!Path.startsWith("/")) {
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      }
      refusePublic(Path);
      refuseFilters(ParameterFilters, ["Type", "KeyId", "Label"]);
      const matching = [...parametersOf(call).values()].filter(
        (parameter) =>
          isUnder(Path, parameter.name, Recursive) && ParameterFilters.every((filter) => passes(parameter, filter)),
      );
      const { items, next } = page(matching, ({ name }) => name, {
        token: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      const views = items.map((parameter) => describe(call, parameter, latestVersion(parameter), WithDecryption));
      return { Parameters: await Promise.all(views), NextToken: next };
    },

    async GetParameterHistory({ Name = "", WithDecryption = false, MaxResults = 50, NextToken }, call) {
      const parameter = requireParameter(parametersOf(call), call, Name);
      const { items, next } = page(parameter.versions, ({ number }) => String(number).padStart(9, "0"), {
        token: NextToken,
        limit: MaxResults,
      });
      const history = items.map(async (version) => ({
        ...(await describe(call, parameter, version, WithDecryption)),
        KeyId: version.keyId,
        LastModifiedUser: version.modifiedBy,
        Description: version.description,
        AllowedPattern: version.allowedPattern,
        Labels: [],
        Tier: version.tier,
        Policies: [],
      }));
      return {
        Parameters: (await Promise.all(history)).map(({ ARN: _arn, ...entry }) => entry),
        NextToken: next,
      };
    },
  } satisfies Handlers<Clients["ssm"]>;
}

function createReader(host: Host, parametersOf: (call: Caller) => Parameters) {
  const secure = createSecureValues(host);
  const describe = async (call: Caller, parameter: Parameter, version: ParameterVersion, decrypted: boolean) =>
    ({
      Name: parameter.name,
      ARN: parameter.arn,
      Type: version.type,
      Value:
        decrypted && version.type === "SecureString" ? await secure.decrypt(call, parameter, version) : version.value,
      Version: version.number,
      LastModifiedDate: version.modified,
      DataType: "text",
    }) satisfies ParameterView;

  const read = async (call: Caller, given: string, decrypted: boolean): Promise<ParameterView> => {
    refusePublic(given);
    const { name, version: number, selector } = readSelector(given);
    checkReadName(name);
    const parameter = requireParameter(parametersOf(call), call, given);
    const version =
      number === undefined ? latestVersion(parameter) : parameter.versions.find((v) => v.number === number);
    if (!version) {
      throw new Fault(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${number} of ${parameter.name}. Verify the version and try again.`,
      );
    }
    return {
      ...(await describe(call, parameter, version, decrypted)),
      // As the request spells it, with or without the leading slash (recorded: test_put_parameters).
      ...(given.startsWith("arn:") ? {} : { Name: name }),
      ...(selector === undefined ? {} : { Selector: selector }),
    };
  };

  return { describe, read };
}

/** Parameters that AWS publishes, and those that refer to secrets of Secrets Manager. */
const publicPaths = /^\/aws\/(service|reference\/secretsmanager)(\/|$)/;

function refusePublic(name: string): void {
  const [, path] = publicPaths.exec(name) ?? [];
  if (path !== undefined) throw notImplemented(`ssm: parameters under /aws/${path}`);
}
