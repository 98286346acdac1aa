import { z } from "zod";
import { parseJson } from "../json";

const state = z.looseObject({ inputs: z.record(z.string(), z.unknown()).optional() });
const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: state.optional(),
  newState: state.optional(),
});

const previewReport = z
  .looseObject({
    steps: z.array(step).optional(),
    diagnostics: z.array(z.looseObject({ severity: z.string().optional(), message: z.string().optional() })).optional(),
    changeSummary: z.record(z.string(), z.number()).optional(),
  })
  // A preview that failed has diagnostics only. A file with nothing of a preview must not read "No changes".
  .refine(({ steps, diagnostics = [], changeSummary }) => steps || changeSummary || diagnostics.length > 0);

export type PreviewStep = z.infer<typeof step>;
export type PreviewReport = z.infer<typeof previewReport>;

export function parseReport(text: string): PreviewReport {
  const parsed = previewReport.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    "The file is not what `pulumi preview --json` prints. Run it again: pulumi preview --json > preview.json",
  );
}
