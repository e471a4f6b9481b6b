/** One document: its fields to edit on the version that was read, and its versions. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, api, request } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Banner, Loading, notify, Trouble } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { navigate } from '../shared/router';
import { useSession } from '../shared/session';
import { t as shared } from '../shared/texts';
import { CallerNumbers } from './caller-numbers';
import { ChangesTable, differences } from './changes';
import { type Body, DocumentFields, emptyBody, sentBody } from './fields';
import { type DocumentKind, type KindSlug, kindOf, type StoredDocument } from './kinds';
import { t } from './texts';
import { VersionsCard } from './versions-card';

/** The fields that are saved: without those that the service makes. */
function bodyOf(document: object): Body {
  const {
    id: _,
    version: __,
    createdAt: ___,
    updatedAt: ____,
    ...body
  } = document as Record<string, unknown>;
  return body;
}

export function NewDocumentPage({ slug }: { slug: KindSlug }) {
  const kind = kindOf(slug);
  const [id, setId] = useState('');
  const [body, setBody] = useState<Body>(() => emptyBody(kind.fields));
  return (
    <>
      <PageHead title={kind.create} back={{ path: `/${slug}`, name: kind.title }} />
      <Card>
        <Form
          onSubmit={async () => {
            const made = await api.post<StoredDocument>(kind.path, {
              ...(id.trim() === '' ? {} : { id: id.trim() }),
              ...sentBody(kind.fields, body),
            });
            notify('good', t('saved', { name: String(made['name']), n: made.version }));
            navigate(`/${slug}/${encodeURIComponent(made.id)}`);
          }}
        >
          <div class="fields">
            <TextField
              label={t('field.id')}
              name="id"
              hint={kind.idHint ?? t('field.idHint')}
              optional={kind.idHint === undefined}
              value={id}
              onChange={setId}
              mono
            />
          </div>
          <DocumentFields fields={kind.fields} body={body} onChange={setBody} />
          <div class="form-actions">
            <SubmitButton disabled={kind.idHint !== undefined && id.trim() === ''}>
              {shared('form.save')}
            </SubmitButton>
          </div>
        </Form>
      </Card>
    </>
  );
}

export function DocumentPage({ slug, id }: { slug: KindSlug; id: string }) {
  const { may } = useSession();
  const kind = kindOf(slug);
  const path = `${kind.path}/${encodeURIComponent(id)}`;
  const [removing, setRemoving] = useState(false);
  // Loaded once, with its version: what is being edited must not change under the hands.
  const [round, setRound] = useState(0);
  const { data, error, reload } = useLoad(`${path}#${round}`, (signal) =>
    request<StoredDocument>('GET', path, { signal }),
  );
  const versions = useLoad(`${path}/versions#${round}`, (signal) =>
    allItems<StoredDocument>(`${path}/versions`, { limit: 200 }, signal, 1_000),
  );
  const again = () => setRound((n) => n + 1);
  const editable = may(...kind.editors);
  const name = data === undefined ? id : String(data.body['name']);
  return (
    <>
      <PageHead
        title={name}
        back={{ path: `/${slug}`, name: kind.title }}
        subtitle={data === undefined ? id : t('subtitle', { id, n: data.body.version })}
      >
        {editable && (
          <button type="button" class="button" onClick={() => setRemoving(true)}>
            {shared('form.remove')}
          </button>
        )}
      </PageHead>
      <Trouble error={error} retry={reload} />
      <div class="stack">
        {slug === 'caller-ids' && <CallerNumbers pool={id} editable={editable} />}
        {data === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Editor
            key={data.etag ?? ''}
            kind={kind}
            document={data.body}
            etag={data.etag}
            path={path}
            editable={editable}
            onDone={again}
          />
        )}
        <VersionsCard
          rows={versions.data?.map((each, i, all) => ({
            version: each.version,
            at: each.updatedAt,
            changed:
              i + 1 === all.length
                ? []
                : differences(bodyOf(all[i + 1]!), bodyOf(each)).map(({ field }) => field),
          }))}
          error={versions.error}
          retry={versions.reload}
          bodyOf={async (version) => bodyOf(await api.get<StoredDocument>(path, { version }))}
          onRestore={
            editable && data !== undefined
              ? async (version) => {
                  const old = await api.get<StoredDocument>(path, { version });
                  const saved = await api.put<StoredDocument>(path, bodyOf(old), data.etag);
                  notify('good', t('saved', { name, n: saved.version }));
                  again();
                }
              : undefined
          }
        />
      </div>
      {removing && (
        <ConfirmDialog
          title={t('removeAsk', { name })}
          text={t('removeText')}
          action={shared('form.remove')}
          danger
          onConfirm={async () => {
            await api.remove(path, data?.etag ?? '*');
            notify('good', t('removed', { name }));
            navigate(`/${slug}`);
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}

/** The form; when somebody else was faster it says what they changed, and leaves the choice. */
function Editor({
  kind,
  document,
  etag,
  path,
  editable,
  onDone,
}: {
  kind: DocumentKind;
  document: StoredDocument;
  etag: string | undefined;
  path: string;
  editable: boolean;
  onDone(): void;
}) {
  const [body, setBody] = useState<Body>(() => bodyOf(document));
  const [base, setBase] = useState({ etag, body: bodyOf(document) });
  const [theirs, setTheirs] = useState<{ readonly etag: string | undefined; readonly body: Body }>();
  const notice = useRef<HTMLDivElement>(null);
  // A long form is saved at its foot: what happened is said at its head.
  useEffect(() => {
    if (theirs === undefined) return;
    notice.current?.focus({ preventScroll: true });
    notice.current?.scrollIntoView({ block: 'center' });
  }, [theirs]);

  async function save(): Promise<void> {
    try {
      const saved = await api.put<StoredDocument>(path, sentBody(kind.fields, body), base.etag);
      notify('good', t('saved', { name: String(saved['name']), n: saved.version }));
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 412) throw error;
      const newest = await request<StoredDocument>('GET', path);
      setTheirs({ etag: newest.etag, body: bodyOf(newest.body) });
    }
  }

  return (
    <Card>
      {theirs !== undefined && (
        <div class="stack stale" ref={notice} tabIndex={-1}>
          <Banner tone="bad" title={t('stale.title')}>
            {t('stale.text')}
          </Banner>
          <ChangesTable label={t('stale.changes')} changes={differences(base.body, theirs.body)} />
          <div class="row">
            <button type="button" class="button" onClick={onDone}>
              {t('stale.take')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                setBase(theirs);
                setTheirs(undefined);
              }}
            >
              {t('stale.keep')}
            </button>
          </div>
        </div>
      )}
      <Form onSubmit={save}>
        <fieldset class="bare" disabled={!editable || theirs !== undefined}>
          <DocumentFields fields={kind.fields} body={body} onChange={setBody} />
        </fieldset>
        {editable && (
          <div class="form-actions">
            <SubmitButton disabled={theirs !== undefined}>{shared('form.save')}</SubmitButton>
          </div>
        )}
      </Form>
    </Card>
  );
}
