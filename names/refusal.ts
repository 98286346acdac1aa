/**
 * A mistake of the user that the program or a command has found: the message says what is wrong and
 * what to do, so nobody needs a trace. Any other error is a bug, and keeps its trace. Only for code
 * that runs in this process: in the text of a serialised function a subclass of Error loses its
 * message.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
