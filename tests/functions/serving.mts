import type { Reply } from "../../functions/serving/payload.ts";
import { type Scripted, startScriptedEndpoint } from "./scripted-endpoint.mts";

/** The variables of a function that serves recommendations. */
export const settings = {
  CAMPAIGN_ARN: "arn:aws:personalize:eu-west-1:123456789012:campaign/home-1",
  // A busy machine must not turn an answer into a fallback.
  DEADLINE_MILLISECONDS: "20000",
  FALLBACK_BUCKET: "data",
  FALLBACK_KEY: "fallback/popular.json",
  FILTERS: '{"adoptable":"adoptable"}',
  FILTER_PARAMETERS: '{"adoptable":["SPECIES","KIND"]}',
  FILTER_ARN_PREFIX: "arn:aws:personalize:eu-west-1:123456789012:filter/",
  PLACEMENTS: '{"recommendation":{"campaign":"home-1","needsItem":false}}',
  STACK: "test",
  // None, also after a test with one.
  EXPERIMENT: "",
};

interface Served {
  campaign: Scripted;
  /** The fallback list in S3. */
  popular: Scripted;
  more?: Readonly<Record<string, string>>;
}

/** Starts a function with a campaign and a fallback list that answer as given. */
export async function serve(create: () => (event: unknown) => Promise<Reply>, { campaign, popular, more }: Served) {
  const isList = (operation: string) => operation.startsWith("GET /data");
  const endpoint = await startScriptedEndpoint(({ operation }) => (isList(operation) ? popular : campaign));
  Object.assign(process.env, settings, more);
  const handle = create();
  const ask = async (event: unknown) => {
    const { statusCode, headers, body } = await handle(event);
    return { statusCode, headers, body: JSON.parse(body) };
  };
  return { ask, handle, endpoint, asked: (path: string) => endpoint.of(`POST /${path}`).map(({ body }) => body) };
}
