import { parsePhoneNumberWithError } from 'libphonenumber-js/max';
import t from 'tap';
import { numberClassesOf, readNumberClasses } from '../../dialer/lists/number-classes.js';

t.test(
  'the kind of a number is the one of its numbering plan, and both where it does not tell',
  async (t) => {
    const kinds: readonly (readonly [string, readonly string[]])[] = [
      ['+12125550143', ['fixed', 'mobile']],
      ['+442079460123', ['fixed']],
      ['+447400123456', ['mobile']],
      ['+448001111111', ['toll-free']],
      ['+449098790000', ['premium']],
      ['+447640123456', ['pager']],
      ['+447911123456', ['mobile']],
      ['+4915123456789', ['mobile']],
      ['+8613812345678', ['mobile']],
      ['+18002255288', ['toll-free']],
      ['+19002255288', ['premium']],
      ['+33899123456', ['premium']],
      ['+448431234567', ['premium']],
      ['+443301234567', []],
      ['+999123', ['fixed', 'mobile']],
      ['+44123', ['fixed', 'mobile']],
    ];
    for (const [number, classes] of kinds) t.same([...numberClassesOf(number)].sort(), classes, number);
  },
);

t.test('it agrees with the library on numbers of every kind', async (t) => {
  const examples = '0123456789'
    .split('')
    .flatMap((first) =>
      ['+44', '+33', '+49', '+39', '+34', '+1', '+61', '+91', '+81', '+55'].flatMap((code) =>
        [6, 7, 8, 9, 10, 11].flatMap((length) =>
          [0, 1, 2, 3, 7].map(
            (second) => `${code}${first}${second}${'00123456789'.slice(0, Math.max(0, length - 2))}`,
          ),
        ),
      ),
    );
  const classOf: Readonly<Record<string, readonly string[]>> = {
    FIXED_LINE: ['fixed'],
    MOBILE: ['mobile'],
    FIXED_LINE_OR_MOBILE: ['fixed', 'mobile'],
    PREMIUM_RATE: ['premium'],
    TOLL_FREE: ['toll-free'],
    PAGER: ['pager'],
  };
  let compared = 0;
  for (const example of examples) {
    let type: string | undefined;
    let number: string;
    try {
      const parsed = parsePhoneNumberWithError(example);
      type = parsed.getType();
      number = parsed.number;
    } catch {
      continue;
    }
    if (type === undefined) continue;
    compared += 1;
    const classes = numberClassesOf(number);
    // The library names one kind of several; every one that a number may be counts here.
    for (const each of classOf[type] ?? [])
      if (!(classes as readonly string[]).includes(each))
        t.fail(`${number} is ${type}, not ${classes.join()}`);
  }
  t.ok(compared > 300, `${compared} numbers`);
});

t.test('words that name no kind of number are told from those that do', async (t) => {
  t.same(readNumberClasses('Toll-free | pay phone'), ['toll-free', 'payphone']);
  t.same(readNumberClasses(' '), []);
  t.equal(readNumberClasses('mobile, constructor'), undefined);
});
