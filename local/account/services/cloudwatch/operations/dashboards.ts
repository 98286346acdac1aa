import type { DashboardValidationMessage } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { globalArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import { createStore } from "../../../host/store";
import type { Clients } from "../../../model/clients";

interface Dashboard {
  readonly name: string;
  readonly arn: string;
  readonly body: string;
  readonly modified: number;
}

/** A body can have a problem in each of its widgets; no more are listed. */
const mostMessages = 20;

/** "You can specify up to 100 dashboards to delete" (API reference, DeleteDashboards). */
export const mostDeleted = 100;

/** "`ListDashboards` returns up to 1000 results on one page" (API reference). */
const dashboardsPerPage = 1000;

/** The rules for a dashboard's body (API reference, "Dashboard body structure and syntax"). */
const body = z.looseObject({
  widgets: z
    .array(
      z.looseObject({
        type: z.enum(["metric", "text", "log", "alarm", "explorer", "custom"]),
        x: z.int().min(0).max(23).optional(),
        y: z.int().min(0).optional(),
        width: z.int().min(1).max(24).optional(),
        height: z.int().min(1).max(1000).optional(),
        properties: z.looseObject({}),
      }),
    )
    // User guide, "CloudWatch service quotas": 500 widgets per dashboard.
    .max(500),
});

export const dashboardArn = (account: string, name: string) => globalArn("cloudwatch", account, `dashboard/${name}`);

/** Writes, reads, lists and deletes dashboards, which belong to the account, not to a Region. */
export function dashboardHandlers(host: Host) {
  const store = createStore(() => new Map<string, Dashboard>(), "account");
  const missing = (name: string) => new Fault("DashboardNotFoundError", `Dashboard ${name} does not exist`);

  return {
    PutDashboard(input, call) {
      if (input.Tags !== undefined) throw notImplemented("cloudwatch:PutDashboard with Tags");
      const name = input.DashboardName ?? "";
      // Recorded: localstack's snapshot test_invalid_dashboard_name, its line end included.
      if (!/^[A-Za-z0-9_-]+$/.test(name)) {
        throw new Fault(
          "InvalidParameterValueException",
          "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
        );
      }
      const messages = findProblems(input.DashboardBody ?? "");
      if (messages.length > 0) {
        throw new Fault(
          "DashboardInvalidInputError",
          `The field DashboardBody has ${messages.length} problem(s): ` +
            messages.map(({ DataPath, Message }) => `${DataPath}: ${Message}`).join("; "),
          { members: { dashboardValidationMessages: messages } },
        );
      }
      store.of(call).set(name, {
        name,
        arn: dashboardArn(call.account, name),
        body: input.DashboardBody ?? "",
        modified: host.clock.now(),
      });
      return { DashboardValidationMessages: [] };
    },
    GetDashboard(input, call) {
      const found = store.of(call).get(input.DashboardName ?? "");
      if (!found) throw missing(input.DashboardName ?? "");
      return { DashboardName: found.name, DashboardArn: found.arn, DashboardBody: found.body };
    },
    ListDashboards(input, call) {
      const found = [...store.of(call).values()].filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ""));
      const { items, next } = page(found, ({ name }) => name, { token: input.NextToken, limit: dashboardsPerPage });
      return {
        DashboardEntries: items.map(({ name, arn, body: text, modified }) => ({
          DashboardName: name,
          DashboardArn: arn,
          LastModified: new Date(modified),
          Size: Buffer.byteLength(text),
        })),
        NextToken: next,
      };
    },
    DeleteDashboards(input, call) {
      const names = input.DashboardNames ?? [];
      if (names.length > mostDeleted) {
        const message = `The collection DashboardNames must not have a size greater than ${mostDeleted}.`;
        throw new Fault("InvalidParameterValueException", message);
      }
      for (const name of names) if (!store.of(call).has(name)) throw missing(name);
      for (const name of names) store.of(call).delete(name);
      return {};
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}

function findProblems(text: string): DashboardValidationMessage[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    return [{ DataPath: "/", Message: `The dashboard body is not valid JSON: ${(cause as Error).message}` }];
  }
  const parsed = body.safeParse(document);
  if (parsed.success) return [];
  return parsed.error.issues
    .slice(0, mostMessages)
    .map(({ path, message }) => ({ DataPath: `/${path.join("/")}`, Message: message }));
}
