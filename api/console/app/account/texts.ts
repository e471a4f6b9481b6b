/** Texts of the own account. */
import { texts } from '../shared/i18n';

export const t = texts({
  title: ['Your account', '我的账户'],
  who: ['Who you are here', '账户信息'],
  username: ['User name', '用户名'],
  role: ['Role', '角色'],
  agent: ['Agent', '坐席'],
  password: ['Password', '密码'],
  passwordText: [
    'Another password ends your sessions elsewhere; this one goes on.',
    '更改密码会结束您在别处的会话；当前会话继续。',
  ],
  current: ['Present password', '当前密码'],
  new: ['New password', '新密码'],
  again: ['New password again', '再次输入新密码'],
  differs: ['The two are not the same.', '两次输入不一致。'],
  change: ['Change the password', '更改密码'],
  changed: ['Your password is changed.', '密码已更改。'],
  keyOnly: ['An API key has no password.', 'API 密钥没有密码。'],
});
