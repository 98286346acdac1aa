import type { ParameterHistory, Parameter as ParameterView } from "@aws-sdk/client-ssm";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import {
  checkReadName,
  invalid,
  type Parameter,
  type Parameters,
  readSelector,
  requireParameter,
} from "../state/parameter";
import { isUnder } from "../state/parameter-filter";
import { createSecureValues } from "../state/values";

/** Reads values: by name, by names, by path, and those before. */
export function readHandlers(host: Host, parametersOf: (call: Caller) => Parameters) {
  const { describe, read } = createReader(host, parametersOf);

  return {
    GetParameter: async ({ Name = "", WithDecryption = false }, call) => ({
      Parameter: await read(call, Name, WithDecryption),
    }),

    // A parameter or a version that does not exist is named, and is no error (API reference).
    async GetParameters({ Names = [], WithDecryption = false }, call) {
      const found: ParameterView[] = [];
      const missing: string[] = [];
      for (const name of Names) {
        try {
          found.push(await read(call, name, WithDecryption));
        } catch (error) {
          if (!(error instanceof Fault) || !isNotFound.has(error.code)) throw error;
          missing.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: missing };
    },

    async GetParameterHistory({ Name = "", WithDecryption = false, MaxResults = 50, NextToken }, call) {
      refusePublic(Name);
      const parameter = requireParameter(parametersOf(call), call, Name);
      const { items, next } = page(parameter.history, ({ number }) => String(number).padStart(12, "0"), {
        token: NextToken,
        limit: MaxResults,
      });
      const views = items.map(async (version): Promise<ParameterHistory> => {
        const { ARN: _, ...view } = await describe(call, { ...parameter, version }, WithDecryption);
        const { keyId, modifiedBy, description, allowedPattern, tier } = version;
        return {
          ...view,
          KeyId: keyId,
          LastModifiedUser: modifiedBy,
          Description: description,
          AllowedPattern: allowedPattern,
          Tier: tier,
          Labels: [],
          Policies: [],
        };
      });
      return { Parameters: await Promise.all(views), NextToken: next };
    },

    async GetParametersByPath(input, call) {
      const { Path = "", Recursive = false, ParameterFilters = [], WithDecryption = false } = input;
      if (ParameterFilters.length > 0) throw notImplemented("ssm:GetParametersByPath with ParameterFilters");
      if (!Path.startsWith("/")) {
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      }
      refusePublic(Path);
      const matching = [...parametersOf(call).values()].filter(({ name }) => isUnder(Path, name, Recursive));
      const { items, next } = page(matching, ({ name }) => name, {
        token: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      const views = items.map((parameter) => describe(call, parameter, WithDecryption));
      return { Parameters: await Promise.all(views), NextToken: next };
    },
  } satisfies Handlers<Clients["ssm"]>;
}

const isNotFound = new Set(["ParameterNotFound", "ParameterVersionNotFound"]);

function createReader(host: Host, parametersOf: (call: Caller) => Parameters) {
  const secure = createSecureValues(host);
  const describe = async (call: Caller, parameter: Parameter, decrypted: boolean) => {
    const { name, arn, version } = parameter;
    return {
      Name: name,
      ARN: arn,
      Type: version.type,
      Value: decrypted && version.type === "SecureString" ? await secure.decrypt(call, parameter) : version.value,
      Version: version.number,
      LastModifiedDate: version.modified,
      DataType: "text",
    } satisfies ParameterView;
  };

  const read = async (call: Caller, given: string, decrypted: boolean): Promise<ParameterView> => {
    refusePublic(given);
    const { name, version: number, selector } = readSelector(given);
    checkReadName(name);
    const parameter = requireParameter(parametersOf(call), call, given);
    const current = parameter.version.number;
    if (number !== undefined && number < current) throw notImplemented("ssm:GetParameter of an earlier version");
    if (number !== undefined && number > current) {
      throw new Fault(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${number} of ${parameter.name}. Verify the version and try again.`,
      );
    }
    return {
      ...(await describe(call, parameter, decrypted)),
      // As the request spells it, with or without the leading slash (recorded:
      // test_put_parameters).
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
