#!lua
-- Removes a field of a hash, as a step that may have to be remembered.
--
-- KEYS[1]  the hash
-- ARGV[1]  field
--
-- Returns 1, or 0 when it was not there.

return redis.call('HDEL', KEYS[1], ARGV[1])
