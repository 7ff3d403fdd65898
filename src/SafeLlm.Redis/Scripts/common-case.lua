-- The common case of a hold and of a settle, in front of the ledger's script: no lease to end, counters that are known, in the
-- same bucket and with the same cap, room for all, no overrun and no soft limit reached. It takes no closures, which cost the
-- full script more than the commands that it runs. Whatever is out of the common goes on below; nothing is written before that
-- is known. Keys, arguments, records and answers are those of the full script. Numbers become text by %d, which costs a third of
-- %.0f: all of them are whole here.
repeat
  local operation = ARGV[1]
  if operation ~= 'hold' and operation ~= 'settle' then break end
  local call, format, tonumber, floor, unpack_all = redis.call, string.format, tonumber, math.floor, cmsgpack.unpack
  local prefix, now = ARGV[3], tonumber(ARGV[2])
  if now < 0 then
    local time = call('TIME')
    now = (time[1] - 1577836800) * 1000000 + time[2]
  end
  if call('ZRANGEBYSCORE', KEYS[1], '-inf', format('%d', now), 'LIMIT', '0', '1')[1] then break end
  local is_common = true

  if operation == 'hold' then
    local keep, life = ARGV[9], nil
    if keep == '' then
      local found = call('MGET', KEYS[2], prefix .. 'capped')
      if found[1] or found[2] then break end
    else
      local found = call('MGET', KEYS[2], prefix .. 'capped', KEYS[3], KEYS[4], KEYS[5])
      if found[1] or found[2] or found[3] or not found[4] or found[4] + (found[5] or 0) >= tonumber(ARGV[10]) then break end
      life = math.ceil((keep - now) / 1000)
      if life <= 0 then break end
    end

    local fields, told = { unpack_all(ARGV[5]) }, { unpack_all(ARGV[6]) }
    local at = 7
    for i = 1, #told, 5 do
      local kind, found = fields[at], nil
      if kind == 2 then
        found = call('HMGET', fields[at + 1], 'h', 's', 'v', 'n')
        if tonumber(found[4]) ~= fields[at + 5] + floor((now * 10 + fields[at + 4]) / fields[at + 7]) then is_common = false break end
      else
        if kind == 1 and (now < fields[at + 2] or now >= fields[at + 4]) then is_common = false break end
        found = call('HMGET', fields[at + 1], 'h', 's', 'v')
      end
      if found[3] ~= told[i + 3] or tonumber(told[i + 4]) > told[i + 1] - found[2] - found[1] then is_common = false break end
      at = at + 9
    end
    if not is_common then break end

    if life then
      call('SET', KEYS[3], keep, 'PX', format('%d', life))
      call('INCR', KEYS[4])
    end
    at = 7
    for i = 5, #told, 5 do
      call('HINCRBY', fields[at + 1], 'h', told[i])
      if fields[at] == 0 then call('PEXPIRE', fields[at + 1], fields[at + 8]) end
      at = at + 9
    end
    local due = now + ARGV[7]
    call('ZADD', KEYS[1], format('%d', due), ARGV[4])
    call('SET', KEYS[2], cmsgpack.pack(0, now, due) .. ARGV[5], 'PX', ARGV[8])
    return { 'held', now, due }
  end

  local first = call('MGET', KEYS[2], prefix .. 'waiting')
  if not first[1] or string.byte(first[1]) ~= 0 then break end -- unknown, or closed before
  local record = { unpack_all(first[1]) }
  local requests, input, output, cost = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
  local writes, last = {}, 0
  for at = 10, #record, 9 do
    local kind, key, dimension = record[at], record[at + 1], record[at + 3]
    if kind == 0 then
      if dimension ~= 5 or call('HEXISTS', key, 'h') == 0 then is_common = false break end
    else
      local held, used = 1, 1
      if dimension == 4 then held, used = record[8], cost
      elseif dimension == 1 then held, used = record[6] + record[7], input + output
      elseif dimension == 0 then held, used = record[5], requests
      elseif dimension == 2 then held, used = record[6], input
      elseif dimension == 3 then held, used = record[7], output end
      local found, field
      if kind == 1 then
        found = call('HMGET', key, 'h', 's', 'x')
      else
        local offset, first_bucket, length = record[at + 4], record[at + 5], record[at + 7]
        local bucket = first_bucket + floor((now * 10 + offset) / length)
        local slot = first_bucket + floor((record[2] * 10 + offset) / length)
        field = format('b%d', slot)
        found = call('HMGET', key, 'h', 's', 'x', 'n', field)
        if tonumber(found[4]) ~= bucket or slot < bucket - 32 or slot > bucket + 32 then is_common = false break end
      end
      local next_told = found[3]
      if not found[1] or not next_told or used > held or held > 9007199254740992 then is_common = false break end
      local spent = found[2] + used
      if spent > 9007199254740992 then is_common = false break end
      if next_told ~= 'never' and used > 0 then
        -- What is next told was found for this cap and these soft limits: only while no later run has brought others.
        local own, base = call('HMGET', key, 'f', 'c'), call('HMGET', record[at + 6], 'f', 'c')
        if kind ~= 1 or own[1] ~= base[1] or own[2] ~= base[2] or spent * 100 >= tonumber(next_told) then is_common = false break end
      end
      writes[last + 1], writes[last + 2] = format('%d', found[1] - held), format('%d', spent)
      if field then writes[last + 3], writes[last + 4] = field, format('%d', (found[5] or 0) + used) end
    end
    last = last + 4
  end
  if not is_common then break end

  last = 0
  for at = 10, #record, 9 do
    local kind, key = record[at], record[at + 1]
    if kind == 0 then call('HINCRBY', key, 'h', '-1')
    elseif kind == 1 then call('HSET', key, 'h', writes[last + 1], 's', writes[last + 2])
    else call('HSET', key, 'h', writes[last + 1], 's', writes[last + 2], writes[last + 3], writes[last + 4]) end
    last = last + 4
  end
  call('ZREM', KEYS[1], ARGV[4])
  local kept = ARGV[5]
  call('SET', KEYS[2], 'S00' .. format('%d', now + kept), 'PX', format('%d', math.max(1, math.ceil(kept / 1000))))
  if first[2] then call('PUBLISH', prefix .. 'room', '') end
  return { 'settled', 0, 0, 0 }
until true
