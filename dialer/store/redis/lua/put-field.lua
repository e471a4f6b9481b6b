#!lua
-- Writes a field of a hash, as a step that may have to be remembered.
--
-- KEYS[1]  the hash
-- ARGV[1]  field
-- ARGV[2]  value
--
-- Returns 1.

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
