/** The agent's desk: one column beside a CRM, two on a wide window. */
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem, api, messageOf } from '../shared/api';
import { Banner, Loading, Notes, notifyError } from '../shared/feedback';
import { milliseconds, timer } from '../shared/format';
import { Icon } from '../shared/icons';
import { Settings } from '../shared/layout';
import { LoginPage } from '../shared/login';
import { useSession } from '../shared/session';
import { actOf, CallControls, callShortcuts, isLive, type OpenPanel } from './call-controls';
import { CustomerCard } from './customer-card';
import { HandDial } from './hand-dial';
import { PhoneLogin } from './phone-login';
import { PreviewPanel } from './preview-panel';
import { Results } from './results';
import { ScriptPanel } from './script';
import { type Shortcut, ShortcutDialog, useShortcuts } from './shortcuts';
import { StateBar, stateInWords } from './state-bar';
import { t } from './texts';
import type { Call, Card } from './types';
import { type Desk, useDesk, useNow } from './use-desk';
import { useWindowSign } from './window-sign';

export function AgentApp() {
  const { state, user } = useSession();
  const [agentId, setAgentId] = useState<string>();
  const [named, setNamed] = useState(false);
  useEffect(() => {
    if (state !== 'in') return;
    // A key knows its agent, too.
    api.get<{ user: { agentId?: string } }>('/v1/session').then(
      ({ user: found }) => {
        setAgentId(found.agentId);
        setNamed(true);
      },
      (error: unknown) => {
        setNamed(true);
        if (!(error instanceof ApiProblem) || error.status !== 401) notifyError(error);
      },
    );
  }, [state]);
  if (state === 'unknown' || (state === 'in' && !named)) return <Loading />;
  if (state === 'out' || user === undefined) return <LoginPage />;
  return <DeskPage agentId={agentId} onAgent={setAgentId} />;
}

function DeskPage({ agentId, onAgent }: { agentId: string | undefined; onAgent(id: string): void }) {
  const desk = useDesk(agentId);
  const { card, link } = desk;
  const [keys, setKeys] = useState(false);
  const out = agentId === undefined || link === 'out' || card?.agent.state === 'offline';
  return (
    <div class="desk">
      <header class="desk-top">
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <h1>{t('title')}</h1>
        <span class="quiet desk-name">{card?.agent.name ?? agentId}</span>
        <button type="button" class="icon-button" aria-label={t('keys.show')} onClick={() => setKeys(true)}>
          <Icon name="key" />
        </button>
        <Settings />
      </header>
      <main id="main">
        {out && link !== 'lost' ? (
          <PhoneLogin
            key={agentId ?? ''}
            agentId={agentId}
            known={card?.agent}
            onAgent={onAgent}
            onLogin={desk.reopen}
          />
        ) : card === undefined ? (
          link === 'lost' ? (
            <LinkLost />
          ) : (
            <Loading />
          )
        ) : (
          <Workplace desk={desk} card={card} keys={keys} onKeys={setKeys} />
        )}
      </main>
      <Notes />
    </div>
  );
}

function LinkLost() {
  return (
    <Banner tone="bad" title={t('link.lost')}>
      {t('link.lostText')}
    </Banner>
  );
}

function Workplace({
  desk,
  card,
  keys,
  onKeys,
}: {
  desk: Desk;
  card: Card;
  keys: boolean;
  onKeys(open: boolean): void;
}) {
  const now = useNow(desk.offset);
  const { agent, call } = card;
  const believed = desk.link === 'live';
  const words = believed ? stateInWords(card) : t('link.lost');
  const since = milliseconds(call?.connectedAt ?? agent.stateSince);
  const who = call?.contact?.name ?? '';
  useWindowSign(
    believed ? agent.state : 'lost',
    [
      believed && agent.state === 'talking' ? `${words} ${timer(now - since)}` : words,
      ...(who === '' || !believed ? [] : [who]),
      t('title'),
    ].join(' · '),
  );
  const act = actOf(agent.id);
  return (
    <>
      {!believed && <LinkLost />}
      <StateBar card={card} now={now} act={act} believed={believed} />
      {call === undefined ? (
        <>
          <NoCallKeys card={card} keys={keys} onKeys={onKeys} />
          {believed && (agent.state === 'ready' || agent.state === 'paused') && (
            <HandDial card={card} take={desk.take} />
          )}
        </>
      ) : (
        <div class={believed ? '' : 'veiled'} inert={!believed}>
          <CallPage
            key={call.attemptId ?? `preview-${call.contactId}`}
            card={card}
            call={call}
            now={now}
            believed={believed}
            desk={desk}
            keys={keys}
            onKeys={onKeys}
          />
        </div>
      )}
    </>
  );
}

/** Keys while nobody is on the line. */
function NoCallKeys({ card, keys, onKeys }: { card: Card; keys: boolean; onKeys(open: boolean): void }) {
  const { agent } = card;
  const act = actOf(agent.id);
  const shortcuts: Shortcut[] =
    agent.state === 'paused'
      ? [{ key: 'r', name: t('action.ready'), act: () => void act('ready') }]
      : [{ key: 'p', name: t('action.pause'), act: () => void act('pause', { reason: 'break' }) }];
  const { on, switchOn } = useShortcuts(shortcuts);
  return keys ? (
    <ShortcutDialog shortcuts={shortcuts} on={on} switchOn={switchOn} onClose={() => onKeys(false)} />
  ) : null;
}

function CallPage({
  card,
  call,
  now,
  believed,
  desk,
  keys,
  onKeys,
}: {
  card: Card;
  call: Call;
  now: number;
  believed: boolean;
  desk: Desk;
  keys: boolean;
  onKeys(open: boolean): void;
}) {
  const { agent } = card;
  const [panel, setPanel] = useState<OpenPanel>('');
  const [note, setNote] = useState('');
  const [callback, setCallback] = useState(false);
  const [trouble, setTrouble] = useState('');
  const act = actOf(agent.id);
  const over = call.state === 'wrap-up';

  async function dispose(body: object): Promise<void> {
    await api.post(`/v1/agents/${encodeURIComponent(agent.id)}/disposition`, {
      attemptId: call.attemptId,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...body,
    });
  }
  function choose(code: string): void {
    const kind = call.dispositions?.find((each) => each.code === code)?.kind;
    if (kind === 'callback') {
      setCallback(!callback);
      return;
    }
    dispose({ disposition: code }).catch(notifyError);
  }
  /** A refused preview is explained where the button is, and the next contact is there by then. */
  const previewAct: typeof act = async (path, body) => {
    setTrouble('');
    try {
      desk.take(await api.post<Card>(`/v1/agents/${encodeURIComponent(agent.id)}/${path}`, body));
    } catch (error) {
      setTrouble(messageOf(error));
      notifyError(error);
    }
  };

  const shortcuts: Shortcut[] = [
    ...(call.state === 'preview'
      ? [
          {
            key: 'enter',
            name: t('preview.dial'),
            act: () => void previewAct('preview/dial', { contactId: call.contactId }),
          },
        ]
      : []),
    ...callShortcuts(call, act, setPanel),
    ...(over
      ? (call.dispositions ?? []).slice(0, 9).map(({ code, label }, index) => ({
          key: String(index + 1),
          name: label ?? t.of('code', code),
          act: () => choose(code),
        }))
      : []),
  ];
  const { on, switchOn } = useShortcuts(believed ? shortcuts : []);

  /** What is next comes first: the script in the call, the result after it. */
  const results = (
    <Results
      call={call}
      open={over}
      note={note}
      onNote={setNote}
      onChoose={choose}
      callback={callback}
      onCallback={setCallback}
      book={(booked) => dispose({ disposition: 'callback', callback: booked })}
      agentId={agent.id}
    />
  );

  return (
    <div class="desk-columns">
      <div class="desk-column">
        {call.state === 'preview' ? (
          <PreviewPanel
            call={call}
            left={milliseconds(call.previewUntil ?? card.now) - now}
            act={previewAct}
            trouble={trouble}
          />
        ) : (
          <CallControls call={call} act={act} panel={panel} onPanel={setPanel} />
        )}
        <CustomerCard call={call} />
      </div>
      <div class="desk-column">
        {over && results}
        <ScriptPanel call={call} />
        {isLive(call) && results}
      </div>
      {keys && (
        <ShortcutDialog shortcuts={shortcuts} on={on} switchOn={switchOn} onClose={() => onKeys(false)} />
      )}
    </div>
  );
}
