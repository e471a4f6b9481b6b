#!lua
-- Adds a webhook or replaces it; its place in the journal never goes back.
--
-- KEYS[1]  hash of the webhooks, id to JSON
-- KEYS[2]  hash of their places in the journal, id to sequence
-- ARGV[1]  id
-- ARGV[2]  JSON
-- ARGV[3]  place in the journal
--
-- Returns 1.

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local position = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0)
redis.call('HSET', KEYS[2], ARGV[1], math.max(position, tonumber(ARGV[3])))
return 1
