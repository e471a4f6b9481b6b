/** Texts of the console's frame. */
import { texts } from './shared/i18n';

export const t = texts({
  'group.operate': ['Operate', '运营'],
  'group.law': ['Compliance', '合规'],
  'group.insight': ['Insight', '分析'],
  'group.manage': ['Manage', '管理'],
  'nav.overview': ['Overview', '总览'],
  'nav.campaigns': ['Campaigns', '外呼活动'],
  'nav.floor': ['Floor', '现场'],
  'nav.compliance': ['Compliance', '合规'],
  'nav.audit': ['Audit log', '审计日志'],
  'nav.reports': ['Reports', '报告'],
  'nav.simulations': ['Simulations', '仿真'],
  'nav.webhooks': ['Webhooks', 'Webhook'],
  'nav.users': ['Users and keys', '用户与密钥'],
  signIn: ['Sign in', '登录'],
  toOverview: ['Look at the overview', '查看总览'],
  'switch.connected': ['{id} is connected', '{id} 已连接'],
  'switch.down': ['{id} is not connected', '{id} 未连接'],
  'switch.channels': ['{n} channels', '{n} 通道'],
  'switch.downShort': ['down', '断开'],
  api: ['API', 'API'],
});
