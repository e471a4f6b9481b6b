#!lua
-- Appends sealed records to the audit log, if its head is still the one that they were chained to. The hashes are the client's:
-- Redis has no SHA-256.
--
-- KEYS[1]  head of the chain, JSON
-- KEYS[2]  stream of the records; the id of a record is its sequence
-- KEYS[3]  hash of the earliest and latest time in each span of records: '<span>' to '<from> <to>'
-- KEYS[4…] marks of the batches that are appended, so that each is appended once; then sorted sets of sequences that the
--          records are found by
-- ARGV[1]  the head they are chained to, empty: none yet
-- ARGV[2]  the new head
-- ARGV[3]  records in a span
-- ARGV[4]  how many of KEYS are marks of batches
-- ARGV[5]  life of the marks in seconds
-- ARGV[6…] of each record: sequence, time in milliseconds, JSON, how many of KEYS it is found by, their places
--
-- Returns {1}; {0, head} when the chain has gone on; {2, mark, …} with the marks of batches that were appended before. Unless 1,
-- nothing is changed.

local marks = tonumber(ARGV[4])
local done = {}
for i = 4, 3 + marks do
  if redis.call('EXISTS', KEYS[i]) == 1 then done[#done + 1] = KEYS[i] end
end
if #done > 0 then return { 2, unpack(done) } end
local head = redis.call('GET', KEYS[1]) or ''
if head ~= ARGV[1] then return { 0, head } end

local i = 6
while i <= #ARGV do
  local sequence, at, json, places = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], tonumber(ARGV[i + 3])
  redis.call('XADD', KEYS[2], sequence .. '-0', 'r', json)
  for p = i + 4, i + 3 + places do redis.call('ZADD', KEYS[tonumber(ARGV[p])], sequence, sequence) end
  local span = math.floor((tonumber(sequence) - 1) / tonumber(ARGV[3]))
  local known = redis.call('HGET', KEYS[3], span)
  local from, to = at, at
  if known then
    local a, b = string.match(known, '^(%S+) (%S+)$')
    from, to = math.min(at, tonumber(a)), math.max(at, tonumber(b))
  end
  redis.call('HSET', KEYS[3], span, string.format('%.0f %.0f', from, to))
  i = i + 4 + places
end
for m = 4, 3 + marks do redis.call('SET', KEYS[m], 1, 'EX', ARGV[5]) end
redis.call('SET', KEYS[1], ARGV[2])
return { 1 }
