#!lua
-- Removes a webhook with its kept deliveries.
--
-- KEYS[1]  hash of the webhooks
-- KEYS[2]  hash of their places in the journal
-- KEYS[3]  hash of its kept deliveries, sequence to JSON
-- KEYS[4]  sorted set of the sequences that are tried again
-- KEYS[5]  sorted set of the sequences that were given up
-- KEYS[6]  sorted set of all its sequences by the time of the event
-- ARGV[1]  id
--
-- Returns 1, or 0 when there is none.

redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[5], KEYS[6])
return redis.call('HDEL', KEYS[1], ARGV[1])
