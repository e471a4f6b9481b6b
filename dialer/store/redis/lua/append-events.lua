#!lua
-- Appends domain events to the journal, each with the next sequence as its id in the stream (SEQUENCE-0).
--
-- KEYS[1] the stream; KEYS[2] the last sequence that was given; KEYS[3] the answer of this batch, so that it is appended once
-- ARGV[1] newest entries to keep, about; ARGV[2] life of the answer in seconds
-- ARGV[3…] the events as protobuf, field "event"; the sequence is not in them
--
-- Returns the sequence of the first of them, also when they had been appended before.
local before = redis.call('GET', KEYS[3])
if before then return tonumber(before) end
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
for n = 3, #ARGV do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], string.format('%.0f-0', last + n - 2), 'event', ARGV[n])
end
redis.call('SET', KEYS[2], string.format('%.0f', last + #ARGV - 2))
redis.call('SET', KEYS[3], string.format('%.0f', last + 1), 'EX', ARGV[2])
return last + 1
