#!lua
-- Moves a webhook on in the journal and keeps the deliveries that did not arrive.
--
-- KEYS[1..6]  as in remove-webhook.lua
-- ARGV[1]  id
-- ARGV[2]  new place in the journal; it never goes back
-- ARGV[3]  deliveries given up that are kept; of more, the oldest are dropped
-- ARGV[4]  how many sequences of deliveries that have arrived follow
-- ARGV[5…] these sequences; then of each delivery to keep: sequence, 'retrying' or 'dead', time of its event, JSON
--
-- Returns 1, or 0 when there is no such webhook. Bounded by what the caller hands over.

if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
local position = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0)
redis.call('HSET', KEYS[2], ARGV[1], math.max(position, tonumber(ARGV[2])))

local function drop(sequence)
  redis.call('HDEL', KEYS[3], sequence)
  for i = 4, 6 do redis.call('ZREM', KEYS[i], sequence) end
end

local arrived = tonumber(ARGV[4])
for i = 5, 4 + arrived do drop(ARGV[i]) end
for i = 5 + arrived, #ARGV, 4 do
  local sequence, state = ARGV[i], ARGV[i + 1]
  redis.call('HSET', KEYS[3], sequence, ARGV[i + 3])
  redis.call('ZREM', KEYS[state == 'dead' and 4 or 5], sequence)
  redis.call('ZADD', KEYS[state == 'dead' and 5 or 4], sequence, sequence)
  redis.call('ZADD', KEYS[6], ARGV[i + 2], sequence)
end
local surplus = redis.call('ZCARD', KEYS[5]) - tonumber(ARGV[3])
if surplus > 0 then
  for _, sequence in ipairs(redis.call('ZRANGE', KEYS[5], 0, surplus - 1)) do drop(sequence) end
end
return 1
