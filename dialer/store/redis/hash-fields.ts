/** A hash as Redis answers it: names and values in turn, or by name. */
export function fieldsOf(answer: string[] | Record<string, string>): Map<string, string> {
  if (!Array.isArray(answer)) return new Map(Object.entries(answer));
  const fields = new Map<string, string>();
  for (let i = 0; i < answer.length; i += 2) fields.set(answer[i] as string, answer[i + 1] as string);
  return fields;
}
