/** What the service says of a campaign's dialling, by its codes. */
import { texts } from '../shared/i18n';

export const diagnosisTexts = texts({
  'why.draft': ['Not started yet.', '尚未启动。'],
  'why.not_running': ['{status}: {reason}', '{status}：{reason}'],
  'why.emergency_stop': [
    'Emergency stop by {by} since {since}: {reason}. Nothing is dialled until it is lifted.',
    '{by} 于 {since} 紧急停止：{reason}。解除之前不拨打任何电话。',
  ],
  'why.draining': ['No new calls: the service is shutting down.', '不拨打新电话：服务正在停止。'],
  'why.store_failed': ['No new calls: the store refuses writes.', '不拨打新电话：存储拒绝写入。'],
  'why.schedule_over': ['Its schedule is over: give it a later end.', '时间表已结束：请设置更晚的结束时间。'],
  'why.schedule_never': [
    'Outside its schedule, which does not open any more.',
    '在时间表之外，且不会再开放。',
  ],
  'why.schedule_closed': [
    'Outside the hours of its schedule ({timeZone}): it goes on at {at}.',
    '在时间表的时段之外（{timeZone}）：{at} 继续。',
  ],
  'why.sampling': ['Drawing the stage samples.', '正在抽取各阶段样本。'],
  'why.switch_down': [
    'Not dialling: no switch with a trunk for it is connected ({reason}).',
    '未拨号：没有已连接且带有可用中继的交换机（{reason}）。',
  ],
  'why.no_agents': [
    'No agent of tier {who} is working in pool {pool}.',
    '坐席池 {pool} 中没有 {who} 级坐席在岗。',
  ],
  'why.caller_ids': [
    'Every number of caller-id pool {pool} rests or has had its calls of the day (free at {at}).',
    '主叫号码池 {pool} 的号码都在休息或已用完当日次数（{at} 可用）。',
  ],
  'why.phase_waits': ['The next phase waits for its agents: {detail}.', '下一分期在等待坐席：{detail}。'],
  'why.registry': [
    'A do-not-call registry is missing or too old: {detail}.',
    '拒呼登记库缺失或过期：{detail}。',
  ],
  'why.calling_window': [
    'Outside the hours in which its contacts may be called: the first of them may be called at {at}.',
    '不在联系人的合法呼叫时段：最早可在 {at} 拨打。',
  ],
  'why.not_due': [
    'No contact is due before {at} (retries, callbacks or calling windows).',
    '{at} 之前没有到期的联系人（重拨、回拨或呼叫时段）。',
  ],
  'why.nothing_left': ['No contact of this stage is left to call.', '本阶段已没有可拨打的联系人。'],
  'why.no_line': ['No line is out, {talking} talking. {limit}', '没有线路在拨，{talking} 个通话。{limit}'],
  'why.dialling': [
    'Dialling: {lines} {lines:line|lines} out, {talking} talking. {limit}',
    '拨号中：{lines} 条线路在拨，{talking} 个通话。{limit}',
  ],

  'detail.running': ['The campaign is {status} in {stage}.', '活动状态：{status}，阶段：{stage}。'],
  'detail.running_reason': [
    'The campaign is {status} in {stage}: {reason}.',
    '活动状态：{status}，阶段：{stage}，原因：{reason}。',
  ],
  'detail.emergency_stop_none': ['No emergency stop is set.', '没有紧急停止。'],
  'detail.emergency_stop_set': [
    'All dialling was stopped by {by} at {since}: {reason}.',
    '{by} 于 {since} 停止了全部拨号：{reason}。',
  ],
  'detail.schedule_none': ['It has no schedule: it dials whenever it runs.', '没有时间表：运行时即可拨号。'],
  'detail.schedule_over': ['Its schedule is over.', '时间表已结束。'],
  'detail.schedule_open': ['Its schedule is open until {at}.', '时间表开放至 {at}。'],
  'detail.schedule_closed': ['Its schedule is closed until {at}.', '时间表关闭至 {at}。'],
  'detail.schedule_open_always': ['Its schedule is always open.', '时间表一直开放。'],
  'detail.schedule_closed_always': ['Its schedule does not open any more.', '时间表不会再开放。'],
  'detail.caller_ids': [
    'Of {numbers} numbers of caller-id pool {pool} {free} are free, {resting} rest, {spent} have had their calls of the day, {flagged} look labelled as spam.',
    '主叫号码池 {pool} 共 {numbers} 个号码：{free} 个可用，{resting} 个休息，{spent} 个已用完当日次数，{flagged} 个疑似被标记为骚扰。',
  ],
  'detail.recording_without_notice': [
    'Conversations are not recorded where everybody has to be told ({places}): the campaign has no notice. Set recording.announcement.',
    '在须告知所有人的地区（{places}）不录音：活动没有录音提示。请设置 recording.announcement。',
  ],
  'detail.recording_notice_advised': [
    'A notice is advised in {places}. Set recording.announcement.',
    '建议在 {places} 播放录音提示。请设置 recording.announcement。',
  ],
  'detail.service': ['The service takes new calls.', '服务可接受新呼叫。'],
  'detail.service_stopping': [
    'The service is stopping and places no new calls.',
    '服务正在停止，不拨打新电话。',
  ],
  'detail.service_store': [
    'The store refuses writes, so nothing new is dialled.',
    '存储拒绝写入，因此不拨打新电话。',
  ],
  'detail.switch': ['{up} of {all} switches are connected.', '{all} 台交换机中 {up} 台已连接。'],
  'detail.agents': [
    '{ready} ready of {online} logged in who may work the {stage} ({who}); the pool {pool} has {inPool}.',
    '可做{stage}（{who}）的 {online} 名在线坐席中 {ready} 名空闲；坐席池 {pool} 共 {inPool} 名。',
  ],
  'detail.phase': ['Phase {number} of {of} of the {stage}.', '{stage}第 {number} / {of} 分期。'],
  'detail.phase_waits': [
    'Phase {number} of {of} of the {stage}: the next one waits for its agents.',
    '{stage}第 {number} / {of} 分期：下一分期在等待坐席。',
  ],
  'detail.contacts': [
    '{open} contacts of the stage are open, {untried} never tried.',
    '本阶段 {open} 个联系人未完成，{untried} 个从未拨打。',
  ],
  'detail.contacts_next': [
    '{open} contacts of the stage are open, {untried} never tried; the next falls due at {at}.',
    '本阶段 {open} 个联系人未完成，{untried} 个从未拨打；下一个于 {at} 到期。',
  ],
  'detail.hopper': ['{leads} leads are checked and ready to dial.', '{leads} 个联系人已核查、可拨打。'],
  'detail.abandon_unbound': [
    'No law on abandoned calls binds the calls made so far.',
    '目前的呼叫不受弃呼法规约束。',
  ],
  'detail.abandon': ['The pacer may aim at {target} %.', '拨号器可按 {target} % 的弃呼率为目标。'],
  'detail.abandon_spent': [
    'The allowance is used up, so one line is placed for each ready agent.',
    '弃呼额度已用完，因此每名空闲坐席只放一条线路。',
  ],
  'detail.pacing': [
    '{limit} {lines} lines in flight of {wanted} wanted.',
    '{limit}在拨 {lines} 条，目标 {wanted} 条。',
  ],

  'tier.expert': ['expert', '专家'],
  'tier.experienced': ['experienced', '资深'],
  'tier.ordinary': ['ordinary', '普通'],
});
