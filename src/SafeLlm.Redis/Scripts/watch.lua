-- What was learned of keys, and who has to wait.
-- KEYS[1]: what it is about. ARGV[1]: the operation. ARGV[2]: now in microseconds, below 0 for the server's clock.

local operation = ARGV[1]

-- ARGV[3]: how many days are kept. ARGV[4]: how long they are, unused, in milliseconds. Then six for each day: its start and the five measures.
if operation == 'learn' then
  for i = 5, #ARGV, 6 do
    local before = redis.call('HGET', KEYS[1], ARGV[i])
    local measures = {}
    for number in string.gmatch(before or '0 0 0 0 0', '%S+') do measures[#measures + 1] = tonumber(number) end
    for at = 1, 5 do measures[at] = whole(math.max(measures[at], tonumber(ARGV[i + at]))) end
    redis.call('HSET', KEYS[1], ARGV[i], table.concat(measures, ' '))
  end
  local all, starts = redis.call('HGETALL', KEYS[1]), {}
  for i = 1, #all, 2 do starts[#starts + 1] = all[i] end
  table.sort(starts, function(a, b) return tonumber(a) > tonumber(b) end)
  for i = tonumber(ARGV[3]) + 1, #starts do redis.call('HDEL', KEYS[1], starts[i]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return { 'learned' }
end

if operation == 'days' then
  return redis.call('HGETALL', KEYS[1])
end

-- ARGV[3]: the node. ARGV[4]: what it counted, newest first, each part with its five minutes in front; '' for nothing.
-- ARGV[5]: the last five minutes that are forgotten. ARGV[6]: of how many nodes it is kept. ARGV[7]: for how long, unused, in milliseconds.
if operation == 'exchange' then
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
  local all, nodes, others = redis.call('HGETALL', KEYS[1]), {}, {}
  for i = 1, #all, 2 do nodes[#nodes + 1] = { name = all[i], parts = all[i + 1], newest = tonumber(string.match(all[i + 1], '^%d+') or '0') } end
  table.sort(nodes, function(a, b) return a.newest > b.newest end)
  for i, node in ipairs(nodes) do
    if node.newest <= tonumber(ARGV[5]) or i > tonumber(ARGV[6]) then redis.call('HDEL', KEYS[1], node.name)
    elseif node.name ~= ARGV[3] then others[#others + 1] = node.parts end
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
  return others
end

-- ARGV[3]: the scope. ARGV[4]: until when. ARGV[5]: how many are kept.
if operation == 'lock' then
  for _, over in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now))) do redis.call('ZREM', KEYS[1], over) end
  local before = redis.call('ZSCORE', KEYS[1], ARGV[3])
  if not before or tonumber(before) < tonumber(ARGV[4]) then redis.call('ZADD', KEYS[1], ARGV[4], ARGV[3]) end
  if redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[5]) then redis.call('ZPOPMIN', KEYS[1]) end
  return { 'locked' }
end

if operation == 'unlock' then
  return { redis.call('ZREM', KEYS[1], ARGV[3]) }
end

if operation == 'locked' then
  return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. whole(now), '+inf', 'WITHSCORES')
end

return redis.error_reply('there is no operation ' .. operation)
