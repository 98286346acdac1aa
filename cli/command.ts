import { Command as Base } from "commander";

export class Command extends Base {
  /** Adds what follows the options in the command's help. */
  endHelp(text: string): this {
    return this.addHelpText("after", text);
  }
}
