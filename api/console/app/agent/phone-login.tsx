/** Log in as an agent: which phone the switch calls. */
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem, api } from '../shared/api';
import { Form, SelectField, SubmitButton, TextField } from '../shared/form';
import { t } from './texts';

const STORED = 'tactus-phone';

const TIERS = ['expert', 'experienced', 'ordinary'] as const;

function tierOf(text: string): (typeof TIERS)[number] {
  return TIERS.find((tier) => tier === text) ?? 'ordinary';
}

interface Phone {
  readonly endpoint: string;
  readonly pool: string;
  readonly team: string;
  readonly tier: string;
}

function stored(): Phone {
  const none = { endpoint: '', pool: '', team: '', tier: '' };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Phone>) };
  } catch {
    return none;
  }
}

/** What the agent is, as operators have set it up. */
interface Profile extends Omit<Phone, 'endpoint'> {
  readonly name: string;
  readonly endpoint?: string;
}

/** `1001` is the user of that name on the switch. */
function endpointOf(text: string): string {
  return /^[0-9]{2,8}$/.test(text) ? `user/${text}` : text;
}

export function PhoneLogin({
  agentId,
  known,
  onAgent,
  onLogin,
}: {
  /** Undefined for those who are no agent themselves and name one. */
  agentId: string | undefined;
  known: Partial<Phone> | undefined;
  onAgent(id: string): void;
  onLogin(): void;
}) {
  const [id, setId] = useState(agentId ?? '');
  const [phone, setPhone] = useState<Phone>({ ...stored(), ...known });
  const [profile, setProfile] = useState<Profile>();
  const change = (part: Partial<Phone>) => setPhone((before) => ({ ...before, ...part }));

  useEffect(() => {
    if (agentId === undefined) return;
    const path = `/v1/agents/${encodeURIComponent(agentId)}`;
    const unless404 = (error: unknown) => {
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
    };
    api
      .get<Phone>(path)
      .then(({ endpoint, pool, team, tier }) => setPhone({ endpoint, pool, team, tier }), unless404)
      .then(() => api.get<Profile>(`${path}/profile`))
      .then((own) => {
        setProfile(own);
        if (own.endpoint !== undefined) change({ endpoint: own.endpoint });
      }, unless404);
  }, [agentId]);

  async function logIn(): Promise<void> {
    const { endpoint, pool, team, tier } = phone;
    // What the profile says need not be said again, and may not be said otherwise.
    const own = profile === undefined ? { pool, team, tier } : {};
    const body = {
      ...(profile?.endpoint === undefined ? { endpoint: endpointOf(endpoint.trim()) } : {}),
      ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')),
    };
    await api.post(`/v1/agents/${encodeURIComponent(id)}/login`, body);
    try {
      localStorage.setItem(STORED, JSON.stringify(phone));
    } catch {
      // A browser that keeps nothing: it is typed again next time.
    }
    onAgent(id);
    onLogin();
  }

  return (
    <section class="card desk-phone" aria-labelledby="desk-phone">
      <h2 id="desk-phone">{t('phone.title')}</h2>
      <p class="quiet">{t('phone.text')}</p>
      <Form onSubmit={logIn}>
        {agentId === undefined && (
          <TextField label={t('phone.agent')} name="id" value={id} onChange={setId} autofocus />
        )}
        <TextField
          label={t('phone.endpoint')}
          name="endpoint"
          hint={t(profile?.endpoint === undefined ? 'phone.endpointHint' : 'phone.endpointFixed')}
          value={phone.endpoint}
          readOnly={profile?.endpoint !== undefined}
          onChange={(endpoint) => change({ endpoint })}
        />
        {profile === undefined ? (
          <details>
            <summary>{t('phone.more')}</summary>
            <div class="fields">
              <TextField
                label={t('phone.pool')}
                name="pool"
                optional
                value={phone.pool}
                onChange={(pool) => change({ pool })}
              />
              <TextField
                label={t('phone.team')}
                name="team"
                optional
                value={phone.team}
                onChange={(team) => change({ team })}
              />
              <SelectField
                label={t('phone.tier')}
                name="tier"
                value={phone.tier === '' ? 'ordinary' : phone.tier}
                onChange={(tier) => change({ tier })}
                options={TIERS.map((value) => ({
                  value,
                  label: t(`tier.${value}`),
                }))}
              />
            </div>
          </details>
        ) : (
          <p class="quiet">
            {t('phone.profile', {
              name: profile.name,
              team: profile.team,
              tier: t(`tier.${tierOf(profile.tier)}`),
            })}
          </p>
        )}
        <SubmitButton disabled={id === '' || phone.endpoint.trim() === ''}>{t('phone.login')}</SubmitButton>
      </Form>
    </section>
  );
}
