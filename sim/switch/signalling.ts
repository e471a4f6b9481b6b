/**
 * The variables that SIP and media leave on a leg, stage by stage. Dialers read few of them, parsers all: events
 * carry them so that whoever reads events from this switch works as hard as on a real one.
 */
import type { RandomStream } from '../random.js';
import type { Channel, EndedBy } from './channel.js';

const US = '127.0.0.1:5080';
const THEM = '127.0.0.1:5090';
const TAG = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789';
const REASON_PHRASES: Readonly<Record<number, string>> = {
  404: 'Not Found',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  503: 'Service Unavailable',
  603: 'Decline',
};

/** Q.850 numbers of the hangup causes; causes of the switch's own count as normal clearing. */
const Q850: Readonly<Record<string, number>> = {
  UNALLOCATED_NUMBER: 1,
  NO_ROUTE_DESTINATION: 3,
  NORMAL_CLEARING: 16,
  USER_BUSY: 17,
  NO_USER_RESPONSE: 18,
  NO_ANSWER: 19,
  SUBSCRIBER_ABSENT: 20,
  CALL_REJECTED: 21,
  NUMBER_CHANGED: 22,
  DESTINATION_OUT_OF_ORDER: 27,
  INVALID_NUMBER_FORMAT: 28,
  NORMAL_UNSPECIFIED: 31,
  NORMAL_CIRCUIT_CONGESTION: 34,
  NETWORK_OUT_OF_ORDER: 38,
  NORMAL_TEMPORARY_FAILURE: 41,
  SWITCH_CONGESTION: 42,
  REQUESTED_CHAN_UNAVAIL: 44,
  RECOVERY_ON_TIMER_EXPIRE: 102,
};

export function q850(cause: string): number {
  return Q850[cause] ?? 16;
}

function tag(random: RandomStream): string {
  let text = '';
  for (let index = 0; index < 13; index++) text += TAG[random.integer(TAG.length)];
  return text;
}

function sessionDescription(address: string, media: number, session: number, offer: boolean): string {
  const lines = [
    'v=0',
    `o=FreeSWITCH ${session} ${session + 1} IN IP4 ${address}`,
    's=FreeSWITCH',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${media} RTP/AVP 0 ${offer ? '8 ' : ''}101 13`,
    'a=rtpmap:0 PCMU/8000',
    ...(offer ? ['a=rtpmap:8 PCMA/8000'] : []),
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=rtpmap:13 CN/8000',
    'a=ptime:20',
    ...(offer ? ['a=sendrecv'] : []),
    '',
  ];
  return lines.join('\r\n');
}

/** The leg is made and the call is sent. `given` are the variables of the dial string. */
export function onCreate(channel: Channel, given: ReadonlyMap<string, string>, random: RandomStream): void {
  const { uuid, number } = channel;
  channel.setAll({
    direction: 'outbound',
    is_outbound: 'true',
    uuid,
    call_uuid: uuid,
    session_id: String(channel.sessionId),
    sip_gateway_name: channel.gateway,
    sip_local_network_addr: '127.0.0.1',
    sip_profile_name: 'gateway',
    video_media_flow: 'disabled',
    text_media_flow: 'disabled',
    channel_name: channel.name,
    sip_destination_url: `sip:${number}@${THEM}`,
  });
  for (const [name, value] of given) channel.set(name, value);
  const port = 16384 + 2 * random.integer(8000);
  channel.setAll({
    originate_early_media: given.get('ignore_early_media') === 'true' ? 'false' : 'true',
    originate_endpoint: 'sofia',
    rtp_use_codec_string: 'PCMU,PCMA',
    local_media_ip: '127.0.0.1',
    local_media_port: String(port),
    advertised_media_ip: '127.0.0.1',
    audio_media_flow: 'sendrecv',
    rtp_local_sdp_str: sessionDescription('127.0.0.1', port, 1_795_000_000 + random.integer(1e6), true),
    sip_outgoing_contact_uri: `<sip:gw+${channel.gateway}@${US};transport=udp;gw=${channel.gateway}>`,
    sip_req_uri: `${number}@${THEM}`,
    sip_to_host: THEM,
    sip_from_host: '127.0.0.1',
    sofia_profile_name: 'lo',
    recovery_profile_name: 'lo',
    sofia_profile_url: `sip:mod_sofia@${US}`,
  });
}

/** Somebody calls us: what their INVITE leaves. */
export function onIncoming(channel: Channel, random: RandomStream): void {
  const { uuid, number, callerIdNumber: from } = channel;
  onNetwork(channel);
  channel.setAll({
    direction: 'inbound',
    uuid,
    call_uuid: uuid,
    session_id: String(channel.sessionId),
    sip_from_user: from,
    sip_from_uri: `${from}@${THEM}`,
    sip_from_host: THEM,
    sip_from_tag: tag(random),
    sip_full_from: `<sip:${from}@${THEM}>`,
    sip_req_user: number,
    sip_req_uri: `${number}@${US}`,
    sip_to_user: number,
    sip_to_uri: `${number}@${US}`,
    sip_call_id: random.uuid(),
    sofia_profile_name: 'lo',
    recovery_profile_name: 'lo',
    channel_name: channel.name,
  });
}

/** We have answered somebody's call. */
export function onAnswered(channel: Channel, random: RandomStream): void {
  onMedia(channel, random);
  channel.set('endpoint_disposition', 'ANSWER');
}

/** The far end was heard from. */
function onNetwork(channel: Channel): void {
  channel.heardFrom = true;
  channel.setAll({
    sip_local_network_addr: '127.0.0.1',
    sip_reply_host: '127.0.0.1',
    sip_reply_port: '5090',
    sip_network_ip: '127.0.0.1',
    sip_network_port: '5090',
  });
}

/** 180, 183 or 200: the far end has a name for the call. */
export function onResponse(channel: Channel, random: RandomStream): void {
  if (channel.heardFrom) return;
  onNetwork(channel);
  const { number, callerIdNumber: from, callerIdName } = channel;
  const ours = tag(random);
  const theirs = tag(random);
  const via = `SIP/2.0/UDP ${US};rport=5080;branch=z9hG4bK${tag(random)}`;
  channel.setAll({
    sip_user_agent: 'tactus-simulated-far-end/1.0.0~64bit-',
    sip_allow: 'INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REFER, NOTIFY',
    sip_recover_contact: `<sip:${number}@${THEM};transport=udp>`,
    sip_full_via: via,
    sip_recover_via: via,
  });
  if (callerIdName !== '') channel.set('sip_from_display', callerIdName);
  channel.setAll({
    sip_full_from: `${callerIdName === '' ? '' : `"${callerIdName}" `}<sip:${from}@127.0.0.1>;tag=${ours}`,
    sip_full_to: `<sip:${number}@${THEM}>;tag=${theirs}`,
    sip_from_user: from,
    sip_from_uri: `${from}@127.0.0.1`,
    sip_from_host: '127.0.0.1',
    sip_to_user: number,
    sip_to_port: '5090',
    sip_to_uri: `${number}@${THEM}`,
    sip_to_host: '127.0.0.1',
    sip_contact_params: 'transport=udp',
    sip_contact_user: number,
    sip_contact_port: '5090',
    sip_contact_uri: `${number}@${THEM}`,
    sip_contact_host: '127.0.0.1',
    sip_to_tag: theirs,
    sip_from_tag: ours,
    sip_cseq: String(123_000_000 + random.integer(1e6)),
    sip_call_id: random.uuid(),
  });
}

/** 183 with media: announcements come this way. */
export function onEarlyMedia(channel: Channel, random: RandomStream): void {
  onResponse(channel, random);
  channel.setAll({
    ep_codec_string: 'CORE_PCM_MODULE.PCMU@8000h@20i@64000b',
    switch_r_sdp: sessionDescription('192.0.2.2', 26_000, 1_795_000_000, false),
    endpoint_disposition: 'EARLY MEDIA',
  });
}

/** Media flows: codecs are known. */
export function onMedia(channel: Channel, random: RandomStream): void {
  if (channel.hasMedia) return;
  channel.hasMedia = true;
  const port = 26_000 + 2 * random.integer(8000);
  channel.setAll({
    switch_r_sdp: sessionDescription('192.0.2.2', port, 1_795_000_000 + random.integer(1e6), false),
    ep_codec_string: 'CORE_PCM_MODULE.PCMU@8000h@20i@64000b',
    rtp_use_codec_string: 'PCMU,PCMA',
    remote_video_media_flow: 'inactive',
    remote_text_media_flow: 'inactive',
    remote_audio_media_flow: 'sendrecv',
    rtp_audio_recv_pt: '0',
    rtp_use_codec_name: 'PCMU',
    rtp_use_codec_rate: '8000',
    rtp_use_codec_ptime: '20',
    rtp_use_codec_channels: '1',
    rtp_last_audio_codec_string: 'PCMU@8000h@20i@1c',
    read_codec: 'PCMU',
    original_read_codec: 'PCMU',
    read_rate: '8000',
    original_read_rate: '8000',
    write_codec: 'PCMU',
    write_rate: '8000',
    dtmf_type: 'rfc2833',
    local_media_ip: '127.0.0.1',
    local_media_port: channel.variables.get('local_media_port') ?? '16384',
    advertised_media_ip: '127.0.0.1',
    rtp_use_timer_name: 'soft',
    rtp_use_pt: '0',
    rtp_use_ssrc: String(2_600_000_000 + random.integer(1e6)),
    rtp_2833_send_payload: '101',
    rtp_2833_recv_payload: '101',
    remote_media_ip: '127.0.0.1',
    remote_media_port: String(port),
  });
}

/** The originate is over and the leg goes to its application: caller and callee change sides. */
export function onEstablished(channel: Channel): void {
  channel.set('endpoint_disposition', channel.answeredAt > 0 ? 'ANSWER' : 'EARLY MEDIA');
  if (channel.flipped) return;
  channel.flipped = true;
  if (channel.callerIdName !== '') channel.set('pre_transfer_caller_id_name', channel.callerIdName);
  channel.setAll({
    pre_transfer_caller_id_number: channel.callerIdNumber,
    channel_cid_flipped: 'yes',
    call_uuid: channel.uuid,
  });
}

/** The far end refused the call. */
export function onRefusal(channel: Channel, cause: string, status: number, random: RandomStream): void {
  if (!channel.heardFrom) {
    channel.set('sip_call_id', random.uuid());
    onNetwork(channel);
  }
  channel.setAll({
    sip_hangup_disposition: 'recv_refuse',
    sip_invite_failure_status: String(status),
    sip_invite_failure_phrase: REASON_PHRASES[status] ?? 'Failure',
    sip_reason: `Q.850;cause=${q850(cause)};text="${cause}"`,
    sip_term_status: String(status),
    proto_specific_hangup_cause: `sip:${status}`,
    sip_term_cause: String(q850(cause)),
  });
}

/** The far end of an answered call hung up. */
export function onFarHangup(channel: Channel, cause: string): void {
  channel.setAll({
    sip_reason: `Q.850;cause=${q850(cause)};text="${cause}"`,
    sip_term_status: '200',
    proto_specific_hangup_cause: 'sip:200',
    sip_term_cause: String(q850(cause)),
    sip_hangup_disposition: 'recv_bye',
  });
}

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** What the call record adds when everything is over. */
export function onReport(channel: Channel, by: EndedBy): void {
  const { createdAt, profileAt, answeredAt, bridgedAt, progressAt, earlyAt, hungUpAt, hangupCause } = channel;
  channel.setAll({
    hangup_cause: hangupCause,
    hangup_cause_q850: String(q850(hangupCause)),
    digits_dialed: 'none',
    start_stamp: stamp(createdAt),
    profile_start_stamp: stamp(profileAt),
  });
  if (answeredAt > 0) channel.set('answer_stamp', stamp(answeredAt));
  if (bridgedAt > 0) channel.set('bridge_stamp', stamp(bridgedAt));
  if (progressAt > 0) channel.set('progress_stamp', stamp(progressAt));
  if (earlyAt > 0) channel.set('progress_media_stamp', stamp(earlyAt));
  channel.set('end_stamp', stamp(hungUpAt));
  for (const [name, at] of [
    ['start', createdAt],
    ['profile_start', profileAt],
    ['answer', answeredAt],
    ['bridge', bridgedAt],
    ['last_hold', 0],
  ] as const) {
    channel.set(`${name}_epoch`, String(Math.floor(at / 1000)));
    channel.set(`${name}_uepoch`, microseconds(at));
  }
  channel.setAll({ hold_accum_seconds: '0', hold_accum_usec: '0', hold_accum_ms: '0' });
  for (const [name, at] of [
    ['resurrect', 0],
    ['progress', progressAt],
    ['progress_media', earlyAt],
    ['end', hungUpAt],
  ] as const) {
    channel.set(`${name}_epoch`, String(Math.floor(at / 1000)));
    channel.set(`${name}_uepoch`, microseconds(at));
  }
  if (channel.variables.has('current_application')) {
    channel.set('last_app', channel.variables.get('current_application')!);
    const data = channel.variables.get('current_application_data');
    if (data !== undefined) channel.set('last_arg', data);
  }
  channel.set('caller_id', channel.flipped ? `"Outbound Call" <${channel.number}>` : channel.callerIdNumber);
  const since = (at: number): number => (at > 0 ? at - createdAt : 0);
  const spans = [
    ['duration', hungUpAt - createdAt],
    ['bill', answeredAt > 0 ? hungUpAt - answeredAt : 0],
    ['progress', since(progressAt)],
    ['answer', since(answeredAt)],
    ['wait', since(bridgedAt)],
    ['progress_media', since(earlyAt)],
    ['flow_bill', hungUpAt - createdAt],
  ] as const;
  // The whole duration is named the other way round: duration, mduration, uduration; then billsec, billmsec …
  for (const [unit, prefix, perMillisecond] of [
    ['sec', '', 0.001],
    ['msec', 'm', 1],
    ['usec', 'u', 1000],
  ] as const) {
    for (const [name, span] of spans) {
      channel.set(
        name === 'duration' ? `${prefix}duration` : `${name}${unit}`,
        String(Math.round(span * perMillisecond)),
      );
    }
  }
  if (by === 'us') {
    channel.set('sip_hangup_disposition', answeredAt > 0 ? 'send_bye' : 'send_cancel');
    if (answeredAt === 0) {
      channel.setAll({ sip_invite_failure_status: '487', sip_invite_failure_phrase: 'CANCEL' });
    }
  }
  if (channel.hasMedia) mediaFigures(channel, hungUpAt - (answeredAt > 0 ? answeredAt : earlyAt));
}

function mediaFigures(channel: Channel, span: number): void {
  const packets = String(Math.floor(span / 20));
  const bytes = String(Math.floor(span / 20) * 172);
  channel.setAll({
    rtp_audio_in_raw_bytes: bytes,
    rtp_audio_in_media_bytes: bytes,
    rtp_audio_in_packet_count: packets,
    rtp_audio_in_media_packet_count: packets,
    rtp_audio_in_skip_packet_count: '0',
    rtp_audio_in_jitter_packet_count: '0',
    rtp_audio_in_dtmf_packet_count: '0',
    rtp_audio_in_cng_packet_count: '0',
    rtp_audio_in_flush_packet_count: '0',
    rtp_audio_in_largest_jb_size: '0',
    rtp_audio_in_jitter_min_variance: '0.00',
    rtp_audio_in_jitter_max_variance: '0.00',
    rtp_audio_in_jitter_loss_rate: '0.00',
    rtp_audio_in_jitter_burst_rate: '0.00',
    rtp_audio_in_mean_interval: '20.00',
    rtp_audio_in_flaw_total: '0',
    rtp_audio_in_quality_percentage: '100.00',
    rtp_audio_in_mos: '4.50',
    rtp_audio_out_raw_bytes: '0',
    rtp_audio_out_media_bytes: '0',
    rtp_audio_out_packet_count: '0',
    rtp_audio_out_media_packet_count: '0',
    rtp_audio_out_skip_packet_count: '0',
    rtp_audio_out_dtmf_packet_count: '0',
    rtp_audio_out_cng_packet_count: '0',
    rtp_audio_rtcp_packet_count: '0',
    rtp_audio_rtcp_octet_count: '0',
  });
}

/** An instant as events give it: microseconds since 1970, 0 for never. */
export function microseconds(at: number): string {
  return String(Math.round(at * 1000));
}
