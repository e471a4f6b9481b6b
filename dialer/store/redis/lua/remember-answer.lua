#!lua
-- Keeps the answer to a write for its idempotency key, and drops answers that are too old.
--
-- KEYS[1]  hash of the answers, key to JSON
-- KEYS[2]  sorted set of their keys by time
-- ARGV[1]  key
-- ARGV[2]  JSON
-- ARGV[3]  when, milliseconds since 1970
-- ARGV[4]  answers from then or earlier are dropped, milliseconds since 1970
-- ARGV[5]  at most so many in one call
--
-- Returns 1.

for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[4], 'LIMIT', 0, ARGV[5])) do
  redis.call('HDEL', KEYS[1], old)
  redis.call('ZREM', KEYS[2], old)
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
