import t from 'tap';
import { parseSwitchUrl } from '../../dialer/telephony/index.js';

t.test('an address of a switch is read', async (t) => {
  t.strictSame(parseSwitchUrl('esl://:ClueCon@10.0.0.5:8021'), {
    kind: 'freeswitch',
    host: '10.0.0.5',
    port: 8021,
    user: '',
    password: 'ClueCon',
  });
  t.strictSame(parseSwitchUrl('ari://dialer:p%3Aw@10.0.0.6'), {
    kind: 'asterisk',
    host: '10.0.0.6',
    port: 8088,
    user: 'dialer',
    password: 'p:w',
  });
  t.equal(parseSwitchUrl('esl://:x@switch.example.com').port, 8021, 'the port of FreeSWITCH unless said');
  t.equal(parseSwitchUrl('esl://:p%40ss%3Aw@h:1').password, 'p@ss:w');
  t.equal(parseSwitchUrl('ESL://:x@h:9').port, 9);
  t.equal(parseSwitchUrl('esl://:x@[::1]:8021').host, '::1');
});

t.test(
  'what is wrong with an address is said, with the way to write it, and without the password',
  async (t) => {
    for (const [text, message] of [
      ['10.0.0.5:8021', /no scheme.*esl:\/\/:PASSWORD@HOST:PORT/],
      ['http://:secret@h:1', /unknown scheme http:\/\//],
      ['ari://:secret@h:8088', /user of ari.conf is missing/],
      ['esl://h:8021', /password is missing/],
      ['esl://secret@h:8021', /no user names/],
      ['esl://:secret@', /esl:\/\/:PASSWORD@HOST:PORT/],
      ['esl://:secret@h:99999', /cannot be read/],
      ['esl://:secret@h:0', /port 0/],
      ['esl://:secret@h:8021/x', /nothing may follow/],
      ['esl://:secret%zz@h:8021', /%25/],
      ['esl://:secret%0a@h:8021', /line break/],
    ] as const) {
      t.throws(() => parseSwitchUrl(text), { message }, text);
      try {
        parseSwitchUrl(text);
      } catch (error) {
        t.notMatch((error as Error).message, /secret/);
      }
    }
  },
);
