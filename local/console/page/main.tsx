import { App } from "./app";
import { show } from "./show";

show(<App />);
