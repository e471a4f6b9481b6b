/** What the rules object to in a call, by the codes of their reasons. */
import { texts } from '../shared/i18n';

export const reasonTexts = texts({
  'objection.window_closed': [
    '{local} in {zone}, hours {hours} with {secondsToSpare} s to spare',
    '{zone} 当地时间 {local}，允许呼叫时段为 {hours}，须留出 {secondsToSpare} 秒余量',
  ],
  'objection.holiday_hours': [
    '{local} in {zone}, a holiday, hours {hours} with {secondsToSpare} s to spare',
    '{zone} 当地时间 {local}，节假日，允许呼叫时段为 {hours}，须留出 {secondsToSpare} 秒余量',
  ],
  'objection.uncharted_holidays': [
    '{local} in {zone}, a year whose holidays are not in the tables, which is closed until they are generated',
    '{zone} 当地时间 {local}，该年度的节假日表尚未生成，生成之前不可呼叫',
  ],
  'objection.zone_unknown': [
    'the time zone of the called party is unknown: state one',
    '被叫方所在时区未知：请注明时区',
  ],
  'objection.never_together': [
    'each of {packs} is open now or later, but not together in {zones}',
    '{packs} 各自都有可呼叫时段，但在 {zones} 没有共同的时段',
  ],
  'objection.internal_dnc': [
    'the called party asked this company not to call',
    '被叫方已要求本公司不再致电（内部拒呼名单）',
  ],
  'objection.campaign_dnc': ['the number is suppressed for this campaign', '该号码已在本活动中停呼'],
  'objection.listed': ['the number is on the list {list}', '该号码在名单 {list} 中'],
  'objection.not_looked_up': ['the list {list} was not looked up: import it', '未核查名单 {list}：请导入'],
  'objection.list_too_old': [
    'the list {list} ({listVersion}) is of {obtainedAt}; it may be at most {maxAgeDays} days old: import a new one',
    '名单 {list}（{listVersion}）获取于 {obtainedAt}，有效期最多 {maxAgeDays} 天：请导入新版本',
  ],
  'objection.refused': ['the called party refused or revoked consent', '被叫方已拒绝或撤回同意'],
  'objection.subject_refused': [
    'the called party refused calls about {refusedSubjects}; this one is about {subject}',
    '被叫方拒绝接听有关 {refusedSubjects} 的来电，而本次来电事由为 {subject}',
  ],
  'objection.subject_unknown': [
    'the called party refused calls about {refusedSubjects}; what this one is about is not known',
    '被叫方拒绝接听有关 {refusedSubjects} 的来电，而本次来电事由未注明',
  ],
  'objection.refusal_ends_all': [
    'the called party refused calls about {refusedSubjects}, which ends calls about anything',
    '被叫方拒绝接听有关 {refusedSubjects} 的来电，依规则不得再就任何事由致电',
  ],
  'objection.consent_too_old': [
    '{needed} consent is required: what was granted is older than {maxAgeDays} days, or its age is not known',
    '需要{needed}同意：已有的同意超过 {maxAgeDays} 天，或取得时间不明',
  ],
  'objection.consent_weaker': [
    '{needed} consent is required: it is only {consent}',
    '需要{needed}同意：目前仅有{consent}同意',
  ],
  'objection.consent_missing': ['{needed} consent is required: there is none', '需要{needed}同意：目前没有'],
  'objection.consent_lapsed': [
    '{needed} consent is required: what was granted has expired, lies in the future or is for another purpose',
    '需要{needed}同意：已有的同意已过期、尚未生效或用于其他目的',
  ],
  'objection.cap_hours': [
    'at most {max} {counted}{scope} in {hours} h, and they were made',
    '{hours} 小时内{scope}最多{counted} {max} 次，已达上限',
  ],
  'objection.cap_days': [
    'at most {max} {counted}{scope} on {calendarDays} calendar days, and they were made',
    '{calendarDays} 个自然日内{scope}最多{counted} {max} 次，已达上限',
  ],
  'objection.cap_calendar': [
    'at most {max} {counted}{scope} in a calendar {calendar}, and they were made',
    '每自然{calendar}{scope}最多{counted} {max} 次，已达上限',
  ],
  'objection.history_too_short': [
    'attempts are known only since {since}, the cap needs {hours} h',
    '呼叫记录仅始于 {since}，而频次上限需要 {hours} 小时的记录',
  ],
  'objection.after_attempt': ['the last attempt was at {last}', '上次呼叫在 {last}，间隔未满'],
  'objection.after_outcome': ['the last ‘{after}’ was at {last}', '上次“{after}”在 {last}，间隔未满'],
  'objection.no_pack': [
    'no rule pack governs {country}, so nobody there is called: add a pack for it',
    '没有适用于 {country} 的规则包，因此不拨打当地号码：请添加规则包',
  ],
  'objection.caller_id_withheld': [
    'the call would show no number: the number must not be withheld',
    '来电不显示号码：不得隐藏主叫号码',
  ],
  'objection.caller_id_not_allowed': [
    'the call would show {callerId}: it must begin with one of {allowedPrefixes}',
    '来电将显示 {callerId}：主叫号码须以 {allowedPrefixes} 之一开头',
  ],
  'objection.caller_id_forbidden': [
    'the call would show {callerId}: it must not begin with any of {forbiddenPrefixes}',
    '来电将显示 {callerId}：主叫号码不得以 {forbiddenPrefixes} 开头',
  ],
  'objection.emergency': [
    'an emergency is declared in {area} since {from}: {reason}',
    '{area} 自 {from} 起宣布紧急状态：{reason}',
  ],
  'objection.emergency_postal': [
    'an emergency is declared in {area} (postal codes {postalCodes}) since {from}: {reason}',
    '{area}（邮政编码 {postalCodes}）自 {from} 起宣布紧急状态：{reason}',
  ],
  'objection.reassigned_check_old': [
    'the number was checked for reassignment at {checkedAt}; the answer may be at most {maxAgeDays} days old',
    '该号码于 {checkedAt} 核查是否已重新分配，结果有效期最多 {maxAgeDays} 天',
  ],
  'objection.reassigned_unchecked': [
    'the number was not checked against the database of reassigned numbers',
    '该号码未经重新分配号码库核查',
  ],
  'objection.reassigned': [
    'the number has been reassigned to another person since consent was given',
    '取得同意之后，该号码已重新分配给他人',
  ],
  'objection.abandon_over': [
    '{abandoned} of {answered} answered calls were abandoned, more than {limit}',
    '{answered} 个应答呼叫中弃呼 {abandoned} 个，弃呼率超过 {limit}',
  ],
  'objection.stopped_at_abandon_limit': [
    '{abandoned} of {answered} answered calls were abandoned, and the campaign is to stop at the limit',
    '{answered} 个应答呼叫中弃呼 {abandoned} 个，活动设置为达到弃呼上限即停止拨打',
  ],
  'objection.class_forbidden': [
    'the number is {classes}, which must not be called so',
    '该号码类型为 {classes}，不得以此方式呼叫',
  ],
  'objection.ring_short': [
    'an unanswered call would ring for {ringSeconds} s only; it must for at least {minSeconds} s',
    '无人接听时仅振铃 {ringSeconds} 秒，至少须振铃 {minSeconds} 秒',
  ],
  'objection.bad_now': [
    'the time {now} is outside the years 2000 to 2099',
    '时间 {now} 不在 2000 至 2099 年之间',
  ],
  'objection.bad_number': [
    'number ‘{number}’ is not E.164 with a known country code',
    '号码“{number}”不是带有效国家代码的 E.164 格式',
  ],
  'objection.never_called': [
    'number ‘{number}’ is {class}: never called',
    '号码“{number}”属于 {class}：一律不拨打',
  ],
  'objection.bad_ring': [
    'ringSeconds is {ringSeconds}: it must be 0 to 3600',
    'ringSeconds 为 {ringSeconds}：应为 0 至 3600',
  ],
  'objection.bad_purpose': ['purpose ‘{purpose}’ is unknown', '呼叫目的“{purpose}”无法识别'],
  'objection.bad_mode': ['mode ‘{mode}’ is unknown', '拨号方式“{mode}”无法识别'],
  'objection.bad_party': ['party ‘{party}’ is unknown', '被叫方类型“{party}”无法识别'],
  'objection.bad_zone': [
    'zone ‘{zone}’ is unknown: use an IANA name such as Europe/Paris',
    '时区“{zone}”无法识别：请使用 IANA 名称，如 Europe/Paris',
  ],
  'objection.bad_country': [
    'country ‘{country}’ is not ISO 3166-1 such as US',
    '国家代码“{country}”不符合 ISO 3166-1（如 US）',
  ],
  'objection.bad_region': [
    'region ‘{region}’ is not ISO 3166-2 such as US-CA',
    '地区代码“{region}”不符合 ISO 3166-2（如 US-CA）',
  ],

  'and.eachZone': ['it must be open in each of {zones}', '须同时处于 {zones} 各时区的允许时段'],
  'scope.ofPerson': [' to the person', '对同一人'],
  'scope.sameSubject': [' on this subject', '就同一事由'],
  'counted.attempts': ['attempts', '呼叫'],
  'counted.connects': ['conversations', '通话'],
  'calendar.day': ['day', '日'],
  'calendar.week': ['week', '周'],
  'calendar.month': ['month', '月'],
  'consent.presumed': ['presumed', '推定'],
  'consent.express': ['express', '明示'],
  'consent.written': ['written', '书面'],
});
