import t from 'tap';
import { openBrowser } from '../api/browser.js';
import { startHarness } from '../api/harness.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { run } from './support.js';

const h = await startHarness();
const receiver = await WebhookReceiver.start();
t.teardown(async () => {
  await h.close();
  await receiver.close();
});
const PASSWORD = 'three blind mice ran';

const tactus = (line: string, more: { stdin?: string; password?: string } = {}) =>
  run(line.split(' '), {
    environment: {
      TACTUS_URL: h.url,
      TACTUS_KEY: h.tokens.admin,
      ...(more.password === undefined ? {} : { TACTUS_NEW_PASSWORD: more.password }),
    },
    ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
  });

t.test('users are made, changed and removed from the command line', async (t) => {
  const added = await tactus('users add ada --role operator --name Ada', { stdin: `${PASSWORD}\n` });
  t.equal(added.code, 0, added.err);
  t.equal(added.out, 'user ada can log in\n');
  t.equal((await openBrowser(h).login('ada', PASSWORD)).status, 201);
  t.match((await tactus('users list')).out, /ada\s+Ada\s+operator\s+yes/);
  t.equal((await tactus('users change ada --role agent --agent a1')).code, 0);
  t.match(JSON.parse((await tactus('users list --json')).out), [
    { username: 'ada', role: 'agent', agentId: 'a1' },
  ]);
  t.equal((await tactus('users disable ada')).out, 'user ada is disabled\n');
  t.equal((await openBrowser(h).login('ada', PASSWORD)).status, 401);
  t.equal((await tactus('users enable ada')).out, 'user ada is enabled\n');
  const password = 'see how they all run';
  t.equal((await tactus('users password ada', { password })).code, 0);
  t.equal((await openBrowser(h).login('ada', password)).status, 201);
  t.equal((await tactus('users remove ada')).out, 'user ada is removed\n');
  const gone = await tactus('users remove ada');
  t.equal(gone.code, 1);
  t.match(gone.err, /^tactus: There is no user ada/);
});

t.test('what is wrong with a new user is told in one line', async (t) => {
  t.match(await tactus('users add eve --role admin', { password: 'short' }), {
    code: 1,
    err: /password is too short/,
  });
  t.match(await tactus('users add eve --role admin', { stdin: '' }), {
    code: 1,
    err: /the password is empty/,
  });
  t.match(await tactus('users add eve --role king', { password: PASSWORD }), { code: 1, err: /king/ });
  t.match(await tactus('users add eve --role agent', { password: PASSWORD }), { code: 1, err: /agentId/ });
  t.match(await tactus('users change eve'), { code: 1, err: /there is nothing to change/ });
  t.equal((await tactus('users list --json')).out, '[]\n');
});

t.test('keys of agents name their agent', async (t) => {
  t.match(await tactus('keys create desk --role agent --agent a1'), { code: 0, out: /^key \w+: tactus_/ });
  t.match(await tactus('keys create desk --role agent'), { code: 1, err: /agentId/ });
});

t.test('webhooks are made, tried, rotated, changed and removed from the command line', async (t) => {
  const added = await tactus(`webhooks add ${receiver.url} --id crm --kinds halt-raised,gate-decided`);
  t.match(added, { code: 0, out: /^webhook crm, secret whsec_/ });
  t.match((await tactus('webhooks list')).out, /crm\s+http.*halt-raised gate-decided/);
  receiver.react = () => 204;
  t.equal((await tactus('webhooks ping crm')).out, 'the test has arrived\n');
  receiver.react = () => 500;
  t.match(await tactus('webhooks ping crm'), { code: 1, err: /the test did not arrive: answered 500/ });
  t.match(
    (await tactus('webhooks rotate crm --overlap-hours 2')).out,
    /secret whsec_.*; the one before signs until/,
  );
  t.match((await tactus('webhooks change crm --kinds halt-raised')).out, /crm\s+http\S+\s+halt-raised /);
  t.match(await tactus('webhooks deliveries crm --dead'), { code: 0, out: /SEQUENCE/ });
  t.equal((await tactus('webhooks replay crm')).out, '0 are sent again\n');
  t.match(await tactus('webhooks rotate crm --overlap-hours 200'), { code: 1, err: /0 to 168/ });
  t.equal((await tactus('webhooks remove crm')).out, 'webhook crm is removed\n');
});
