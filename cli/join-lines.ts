/** Joins lines into larger pieces, so that not every line is a step of an upload or a file. `onPiece` gets each. */
export async function* joinLines(
  lines: AsyncIterable<string>,
  onPiece?: (piece: string) => void,
): AsyncGenerator<string> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < 65_536) continue;
    onPiece?.(piece);
    yield piece;
    piece = "";
  }
  onPiece?.(piece);
  if (piece !== "") yield piece;
}
