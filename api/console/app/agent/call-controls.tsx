/** What an agent does with the live call: hold, mute, keys, transfers, hang up, opt-out. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api } from '../shared/api';
import { ConfirmDialog, Dialog, DialogActions } from '../shared/dialog';
import { notifyError } from '../shared/feedback';
import { Form, TextField } from '../shared/form';
import { Icon } from '../shared/icons';
import type { Shortcut } from './shortcuts';
import { t } from './texts';
import type { Call, Card } from './types';

export type Act = (path: string, body?: unknown) => Promise<void>;
export type OpenPanel = '' | 'keypad' | 'transfer' | 'opt-out';

const LIVE: readonly string[] = ['connected', 'held', 'consulting', 'three-way'];

export function isLive(call: Call): boolean {
  return LIVE.includes(call.state);
}

/** Requests about the agent, whose card comes back by the stream; trouble is told in a note. */
export function actOf(agentId: string): Act {
  return async (path, body = {}) => {
    try {
      await api.post<Card>(`/v1/agents/${encodeURIComponent(agentId)}/${path}`, body);
    } catch (error) {
      notifyError(error);
    }
  };
}

export function callShortcuts(call: Call, act: Act, open: (panel: OpenPanel) => void): readonly Shortcut[] {
  const live = isLive(call);
  const { handling } = call;
  const held = handling?.mode === 'held';
  const some: (Shortcut | false)[] = [
    live && {
      key: 'h',
      name: held ? t('handle.resume') : t('handle.hold'),
      act: () => void act('call/hold', { on: !held }),
    },
    live && {
      key: 'm',
      name: handling?.muted ? t('handle.unmute') : t('handle.mute'),
      act: () => void act('call/mute', { on: !handling?.muted }),
    },
    live && { key: 'k', name: t('handle.keypad'), act: () => open('keypad') },
    live && { key: 't', name: t('handle.transfer'), act: () => open('transfer') },
    (live || call.state === 'dialing' || call.state === 'ringing') && {
      key: 'x',
      name: live ? t('handle.hangup') : t('handle.cancel'),
      act: () => void act('hangup'),
    },
    call.attemptId !== undefined &&
      call.optedOut !== true &&
      (live || call.state === 'wrap-up') && {
        key: 'o',
        name: t('handle.optOut'),
        act: () => open('opt-out'),
      },
  ];
  return some.filter((one) => one !== false);
}

export function CallControls({
  call,
  act,
  panel,
  onPanel,
}: {
  call: Call;
  act: Act;
  panel: OpenPanel;
  onPanel(panel: OpenPanel): void;
}) {
  const { handling, attemptId } = call;
  const live = isLive(call);
  const held = handling?.mode === 'held';
  const consult = handling?.consult;
  const busy = handling?.changing === true;
  return (
    <div class="call-controls">
      <div class="call-buttons">
        {live && (
          <>
            <button
              type="button"
              class="button"
              aria-pressed={held}
              disabled={busy || consult !== undefined}
              onClick={() => void act('call/hold', { on: !held })}
            >
              <Icon name={held ? 'play' : 'pause'} /> {held ? t('handle.resume') : t('handle.hold')}
            </button>
            <button
              type="button"
              class="button"
              aria-pressed={handling?.muted === true}
              onClick={() => void act('call/mute', { on: !handling?.muted })}
            >
              <Icon name="listen" /> {handling?.muted ? t('handle.unmute') : t('handle.mute')}
            </button>
            <button type="button" class="button" onClick={() => onPanel('keypad')}>
              <Icon name="overview" /> {t('handle.keypad')}
            </button>
            <button
              type="button"
              class="button"
              disabled={busy || consult !== undefined}
              onClick={() => onPanel('transfer')}
            >
              <Icon name="barge" /> {t('handle.transfer')}
            </button>
          </>
        )}
        {(live || call.state === 'dialing' || call.state === 'ringing') && (
          <button type="button" class="button danger" onClick={() => void act('hangup')}>
            <Icon name="phone" /> {live ? t('handle.hangup') : t('handle.cancel')}
          </button>
        )}
        {call.optedOut === true ? (
          <p class="opted-out" role="status">
            <Icon name="check" /> {t('handle.optedOut')}
          </p>
        ) : (
          attemptId !== undefined &&
          (live || call.state === 'wrap-up') && (
            <button type="button" class="button danger" onClick={() => onPanel('opt-out')}>
              <Icon name="stop" /> {t('handle.optOut')}
            </button>
          )
        )}
      </div>
      {consult !== undefined && (
        <div class="consult" role="status">
          <span>
            <b>{t('consult.with', { to: consult.to })}</b> · {t.of('consult', consult.state)}
          </span>
          <span class="row">
            <button
              type="button"
              class="button small primary"
              disabled={busy || consult.state !== 'connected'}
              onClick={() => void act('call/consult/complete')}
            >
              {t('consult.complete')}
            </button>
            {handling?.mode !== 'three-way' && (
              <button
                type="button"
                class="button small"
                disabled={busy || consult.state !== 'connected'}
                onClick={() => void act('call/conference')}
              >
                {t('consult.conference')}
              </button>
            )}
            <button type="button" class="button small" onClick={() => void act('call/consult/cancel')}>
              {t('consult.cancel')}
            </button>
          </span>
        </div>
      )}
      {panel === 'keypad' && live && <Keypad act={act} onClose={() => onPanel('')} />}
      {panel === 'transfer' && live && <TransferDialog call={call} act={act} onClose={() => onPanel('')} />}
      {panel === 'opt-out' && attemptId !== undefined && (
        <ConfirmDialog
          title={t('optOut.title')}
          text={t('optOut.text')}
          action={t('optOut.action')}
          danger
          onConfirm={() => act('opt-out', { attemptId })}
          onClose={() => onPanel('')}
        />
      )}
    </div>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

function Keypad({ act, onClose }: { act: Act; onClose(): void }) {
  const [sent, setSent] = useState('');
  const press = (key: string): void => {
    setSent((before) => before + key);
    void act('call/dtmf', { digits: key });
  };
  const newest = useRef(press);
  newest.current = press;
  // Before it is seen: a key pressed as soon as it shows must count.
  useLayoutEffect(() => {
    const typed = ({ key }: KeyboardEvent) => {
      if (KEYS.includes(key)) newest.current(key);
    };
    addEventListener('keydown', typed);
    return () => removeEventListener('keydown', typed);
  }, []);
  return (
    <Dialog title={t('keypad.title')} onClose={onClose}>
      <div class="keypad">
        {KEYS.map((key) => (
          <button key={key} type="button" class="button" onClick={() => press(key)}>
            {key}
          </button>
        ))}
      </div>
      <p class="quiet mono" role="status">
        {t('keypad.sent', { keys: sent === '' ? '–' : sent })}
      </p>
    </Dialog>
  );
}

function TransferDialog({ call, act, onClose }: { call: Call; act: Act; onClose(): void }) {
  const [to, setTo] = useState('');
  const go = async (path: string): Promise<void> => {
    await act(path, { to: to.trim() });
    onClose();
  };
  return (
    <Dialog title={t('transfer.title')} onClose={onClose}>
      <Form onSubmit={() => go('call/consult')}>
        {call.destinations === undefined ? (
          <TextField
            label={t('transfer.to')}
            name="to"
            hint={t('transfer.toHint')}
            value={to}
            onChange={setTo}
            autofocus
          />
        ) : (
          <div class="destinations">
            {call.destinations.map((name) => (
              <button
                key={name}
                type="button"
                class="button"
                aria-pressed={to === name}
                onClick={() => setTo(name)}
              >
                {name}
              </button>
            ))}
          </div>
        )}
        <DialogActions onCancel={onClose}>
          <button
            type="button"
            class="button"
            disabled={to.trim() === ''}
            onClick={() => void go('call/transfer')}
          >
            {t('transfer.now')}
          </button>
          <button type="submit" class="button primary" disabled={to.trim() === ''}>
            {t('transfer.consult')}
          </button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
