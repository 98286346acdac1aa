import type { ParameterMetadata } from "@aws-sdk/client-ssm";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Parameter, Parameters } from "../state/parameter";
import { checkFilters, passes } from "../state/parameter-filter";

/** Lists parameters without their values. */
export function describeHandlers(parametersOf: (call: Caller) => Parameters) {
  return {
    DescribeParameters({ Filters = [], ParameterFilters = [], MaxResults = 10, NextToken, Shared }, call) {
      if (Filters.length > 0) throw notImplemented("ssm:DescribeParameters with Filters");
      if (Shared) throw notImplemented("ssm:DescribeParameters with Shared");
      checkFilters(ParameterFilters);
      const matching = [...parametersOf(call).values()].filter((parameter) =>
        ParameterFilters.every((filter) => passes(parameter, filter)),
      );
      const { items, next } = page(matching, ({ name }) => name, { token: NextToken, limit: MaxResults });
      return { Parameters: items.map(describe), NextToken: next };
    },
  } satisfies Handlers<Clients["ssm"]>;
}

/** Describes a parameter for DescribeParameters: everything but its value. */
function describe(parameter: Parameter): ParameterMetadata {
  const { version } = parameter;
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: version.modified,
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.number,
    Tier: version.tier,
    Policies: [],
    DataType: "text",
  };
}
