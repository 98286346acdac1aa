import { App } from "../../../local/console/page/app";
import { show } from "../../../local/console/page/show";
import { ModelsView } from "./models";
import { NoStack } from "./no-stack";
import { PipelineView } from "./pipeline";
import { VisitorsView } from "./visitors";

const views = {
  visitors: { title: "Visitors", about: "What is recommended to whom, and how events change it", show: VisitorsView },
  pipeline: { title: "Pipeline", about: "The way of the events, with live counts", show: PipelineView },
  models: { title: "Models", about: "Versions, metrics, the gate and its decisions", show: ModelsView },
};

show(<App programViews={views} NoStack={NoStack} />);
