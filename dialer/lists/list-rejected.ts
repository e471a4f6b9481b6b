/** The file cannot be imported at all; the message names what is wrong and the remedy. */
export class ListRejected extends Error {
  override readonly name = 'ListRejected';
}
