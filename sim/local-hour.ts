/** The hour of the day in a time zone, cheap enough to ask for every call. */
export function localHourIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  let quarter = Number.NaN;
  let hour = 0;
  return (at) => {
    // Offsets are multiples of a quarter of an hour, so within one the hour cannot change.
    const now = Math.floor(at / 900_000);
    if (now !== quarter) {
      quarter = now;
      hour = Number(format.format(at));
    }
    return hour;
  };
}
