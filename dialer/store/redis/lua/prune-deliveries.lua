#!lua
-- Drops kept deliveries of a webhook whose events are older than an instant.
--
-- KEYS[1]  hash of its kept deliveries
-- KEYS[2]  sorted set of the sequences that are tried again
-- KEYS[3]  sorted set of the sequences that were given up
-- KEYS[4]  sorted set of all its sequences by the time of the event
-- ARGV[1]  the instant, milliseconds since 1970
-- ARGV[2]  at most so many
--
-- Returns how many were dropped.

local old = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, sequence in ipairs(old) do
  redis.call('HDEL', KEYS[1], sequence)
  for i = 2, 4 do redis.call('ZREM', KEYS[i], sequence) end
end
return #old
