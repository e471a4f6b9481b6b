/** Texts of switches and trunks. */
import { texts } from '../shared/i18n';

export const t = texts({
  title: ['Switches and trunks', '交换机与中继'],
  subtitle: ['What calls go out through; set up in the configuration', '呼叫的出口；在配置文件中设定'],
  switches: ['Switches', '交换机'],
  trunks: ['Trunks', '中继'],
  id: ['Name', '名称'],
  link: ['Link', '链路'],
  up: ['connected', '已连接'],
  down: ['no link', '链路断开'],
  since: ['Since', '自'],
  channels: ['Channels', '通道'],
  of: ['{n} of {of}', '{n} / {of}'],
  orphans: ['Orphan calls', '孤立呼叫'],
  lag: ['Event lag', '事件延迟'],
  seconds: ['{n} s', '{n} 秒'],
  reconnects: ['Reconnects', '重连次数'],
  pending: ['Commands waiting', '待答命令'],
  state: ['State', '状态'],
  'state.ready': ['ready', '就绪'],
  'state.resting': ['resting', '休息中'],
  'state.down': ['down', '中断'],
  until: ['until {time}', '至 {time}'],
  cps: ['Calls a second', '每秒呼叫'],
  failures: ['Failures in a row', '连续失败'],
  campaigns: ['Campaigns', '外呼活动'],
});
