/** Reasons of campaigns, halts and gates: what the service says in parts, by their codes. */
import { texts } from '../shared/i18n';

export const saidTexts = texts({
  'said.dropped': [
    '{kpi} has dropped to {rate} ({numerator} of {denominator})',
    '{kpi}持续下降，现为 {rate}（{denominator} 次中 {numerator} 次）',
  ],
  'said.risen': [
    '{kpi} has risen to {rate} ({numerator} of {denominator})',
    '{kpi}持续上升，现为 {rate}（{denominator} 次中 {numerator} 次）',
  ],
  'said.dropped_from': [
    '{kpi} has dropped from {baseline} in the pilot to {rate} ({numerator} of {denominator})',
    '{kpi}由试点的 {baseline} 降至 {rate}（{denominator} 次中 {numerator} 次）',
  ],
  'said.risen_from': [
    '{kpi} has risen from {baseline} in the pilot to {rate} ({numerator} of {denominator})',
    '{kpi}由试点的 {baseline} 升至 {rate}（{denominator} 次中 {numerator} 次）',
  ],
  'said.in_segment': ['in {dimension} {value}', '所在分段：{dimension} {value}'],
  'said.of_calls': ['of {cohort}', '统计范围：{cohort}'],
  'said.likely_since': ['likely since {since}', '可能始于 {since}'],
  'said.under_limit': [
    '{kpi} is {rate} ({numerator} of {denominator}, 95 % interval {low} to {high}) since {since}, under the limit of {limit}',
    '自 {since} 起{kpi}为 {rate}（{denominator} 次中 {numerator} 次，95 % 置信区间 {low} 至 {high}），低于下限 {limit}',
  ],
  'said.over_limit': [
    '{kpi} is {rate} ({numerator} of {denominator}, 95 % interval {low} to {high}) since {since}, over the limit of {limit}',
    '自 {since} 起{kpi}为 {rate}（{denominator} 次中 {numerator} 次，95 % 置信区间 {low} 至 {high}），超过上限 {limit}',
  ],
  'said.halted_by': ['halted by {by}', '由 {by} 手动熔断'],
  'said.no_contacts': [
    'the campaign has no contacts: load a list, then resume',
    '活动没有联系人：请导入名单后恢复',
  ],
  'said.schedule_ended': [
    'its schedule ended at {at}: give it a later end, then resume',
    '时间表已于 {at} 结束：请设置更晚的结束时间后恢复',
  ],
  'said.list_worked': [
    'the list is worked: {attempts} attempts, {connected} connected, {successes} successes in production',
    '名单已拨完：正式阶段呼叫 {attempts} 次，接通 {connected} 次，成功 {successes} 次',
  ],

  'said.gate_failed': ['gate of {stage} failed', '{stage}关卡未通过'],
  'said.gate_passed': ['gate of {stage} passed', '{stage}关卡已通过，等待批准'],
  'said.gate_open': [
    'gate of {stage}: inconclusive, and more of the same would not decide it',
    '{stage}关卡尚无定论，继续扩大样本也无法判定',
  ],
  'said.gate_list_over': [
    'gate of {stage}: inconclusive, and the list has nobody left to extend the sample with',
    '{stage}关卡尚无定论，名单中已没有联系人可用于扩大样本',
  ],
  'said.no_conditions': [
    'no conditions set; {attempts} attempts, {numerator} of {denominator} answers abandoned',
    '未设置条件；呼叫 {attempts} 次，应答 {denominator} 次中弃呼 {numerator} 次',
  ],
  'said.at_least': [
    '{kpi} {rate} ({numerator} of {denominator}, {confidence} interval {low} to {high}), at least {limit}: {verdict}',
    '{kpi} {rate}（{denominator} 次中 {numerator} 次，{confidence} 置信区间 {low} 至 {high}），要求不低于 {limit}：{verdict}',
  ],
  'said.at_most': [
    '{kpi} {rate} ({numerator} of {denominator}, {confidence} interval {low} to {high}), at most {limit}: {verdict}',
    '{kpi} {rate}（{denominator} 次中 {numerator} 次，{confidence} 置信区间 {low} 至 {high}），要求不高于 {limit}：{verdict}',
  ],
  'said.nothing_at_least': [
    '{kpi}, at least {limit}: nothing to judge',
    '{kpi}，要求不低于 {limit}：尚无可判断的数据',
  ],
  'said.nothing_at_most': [
    '{kpi}, at most {limit}: nothing to judge',
    '{kpi}，要求不高于 {limit}：尚无可判断的数据',
  ],
  'said.gap': [
    'success rate {difference} from the validation’s ({confidence} interval {low} to {high}), at most {gap} below it: {verdict}',
    '成功率与验证阶段相差 {difference}（{confidence} 置信区间 {low} 至 {high}），要求最多低 {gap}：{verdict}',
  ],
  'said.gap_nothing': [
    'success rate against the validation, at most {gap} below it: nothing to compare',
    '成功率与验证阶段相比，要求最多低 {gap}：尚无可比较的数据',
  ],
  'said.stable': [
    'success rate stable over the stage: {drift} from first to last period, no trend beyond chance (z {z} against {bound})',
    '成功率在本阶段内稳定：首末时段变化 {drift}，无显著趋势（z {z}，临界值 {bound}）',
  ],
  'said.drifts': [
    'success rate drifts over the stage: {drift} from first to last period (z {z} against {bound})',
    '成功率在本阶段内漂移：首末时段变化 {drift}（z {z}，临界值 {bound}）',
  ],
  'said.stable_few_periods': [
    'stability of the success rate: {periods} periods with data, three at least are needed',
    '成功率的稳定性：仅 {periods} 个时段有数据，至少需要三个',
  ],
  'said.stable_few_trials': [
    'stability of the success rate: {numerator} of {denominator}, too few to judge',
    '成功率的稳定性：{denominator} 次中 {numerator} 次，数据太少，无法判断',
  ],
  'said.stable_one_period': [
    'stability of the success rate: all trials fall into one period',
    '成功率的稳定性：全部数据集中在同一时段',
  ],
  'said.extension': [
    '{kpi}: about {trials} more trials would decide it, {more} contacts at the yield so far ({denominator} from {contacts})',
    '{kpi}：约需再有 {trials} 次即可判定，按目前产出（{contacts} 个联系人得 {denominator} 次）需再拨 {more} 个联系人',
  ],

  'test.exact': [
    'exact binomial (Clopper-Pearson) at the planned look',
    '按计划检视时的精确二项检验（Clopper-Pearson）',
  ],
  'test.anytime': ['mixture likelihood ratio, valid at any time', '随时有效的混合似然比检验'],
  'test.difference': ['interval of the difference (Newcombe)', '差值的置信区间（Newcombe）'],
  'test.trend': ['Cochran-Armitage trend test', 'Cochran-Armitage 趋势检验'],
  'verdict.pass': ['met', '达标'],
  'verdict.fail': ['not met', '不达标'],
  'verdict.inconclusive': ['not decided', '未定'],
  'cohort.1': ['first calls', '首次拨打'],
  'cohort.2': ['second calls', '第二次拨打'],
  'cohort.3': ['third calls', '第三次拨打'],
  'cohort.4+': ['fourth and later calls', '第四次及以后的拨打'],
  'cohort.callback': ['callbacks', '预约回拨'],
});
