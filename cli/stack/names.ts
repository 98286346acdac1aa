import { physicalName } from "../../components/support/names";
import { project } from "../../contract/layout";

/** Returns the name that the program gave to a part of a stack; an empty part gives the start of all names. */
export const nameOf = (stack: string, part: string, longest?: number): string =>
  physicalName(project, stack, part, longest);
