/** A place to drop a file, and a button to choose one. */
import { useState } from 'preact/hooks';
import { Banner } from '../shared/feedback';
import { Icon } from '../shared/icons';
import { t } from './texts';

export function FileChoice({ onChoose }: { onChoose(file: File): void }) {
  const [over, setOver] = useState(false);
  const [empty, setEmpty] = useState(false);
  function take(file: File | undefined): void {
    setOver(false);
    if (file === undefined) return;
    setEmpty(file.size === 0);
    if (file.size > 0) onChoose(file);
  }
  return (
    <>
      {empty && <Banner tone="bad">{t('import.empty')}</Banner>}
      <label
        class={`drop ${over ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer?.files[0]);
        }}
      >
        <Icon name="import" size={28} />
        <b>{t('import.drop')}</b>
        <span class="quiet">{t('import.dropHint')}</span>
        <input
          type="file"
          name="file"
          accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,text/csv,application/x-ndjson"
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
    </>
  );
}
