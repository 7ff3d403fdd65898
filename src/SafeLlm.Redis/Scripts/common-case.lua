-- The common case of a hold and of a settle, in front of the ledger's script: no lease to end, counters that are known, in the
-- same bucket and with the same cap, room for all, no overrun and no soft limit reached. It takes no closures, which cost the
-- full script more than the commands that it runs. Whatever is out of the common goes on below; nothing is written before that
-- is known. Keys, arguments, records and answers are those of the full script.
repeat
  local operation = ARGV[1]
  if operation ~= 'hold' and operation ~= 'settle' then break end
  local call, format, tonumber, floor = redis.call, string.format, tonumber, math.floor
  local prefix, now = ARGV[3], tonumber(ARGV[2])
  if now < 0 then
    local time = call('TIME')
    now = (time[1] - 1577836800) * 1000000 + time[2]
  end
  if #call('ZRANGEBYSCORE', KEYS[1], '-inf', format('%.0f', now), 'LIMIT', '0', '1') > 0 then break end
  local is_common = true

  if operation == 'hold' then
    local keep = ARGV[11]
    if keep == '' then
      if call('EXISTS', KEYS[2]) == 1 then break end
    else
      keep = tonumber(keep)
      local found = call('MGET', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
      if keep <= now or found[1] or found[2] or not found[3] or found[3] + (found[4] or 0) >= tonumber(ARGV[12]) then break end
    end

    local lease = tonumber(ARGV[5])
    local due = now + lease
    local input, output = tonumber(ARGV[8]), tonumber(ARGV[9])
    local record = { 0, now, due, tonumber(ARGV[6]), tonumber(ARGV[7]), input, output, tonumber(ARGV[10]), ARGV[13] }
    local place, keys, asks, names, lives = 9, {}, {}, {}, {}
    for at = 14, #ARGV do
      local limit = cmsgpack.unpack(ARGV[at])
      local kind, key, dimension, window = limit[1], limit[2], limit[3], limit[6]
      local slot, ends, next_ends, asked = 0, 0, 0, '1'
      if dimension == 4 then asked = ARGV[10]
      elseif dimension == 1 then asked = input + output
      elseif dimension == 0 then asked = ARGV[7]
      elseif dimension == 2 then asked = ARGV[8]
      elseif dimension == 3 then asked = ARGV[9] end
      if kind == 1 then
        slot, ends, next_ends, key = limit[7], limit[8], limit[9], limit[13]
        if now < slot or now >= ends then is_common = false break end
      elseif kind == 2 then
        window = { limit[7], limit[8], limit[9] }
        slot = limit[8] + floor((now * 10 + limit[7]) / limit[9])
      else
        lives[#keys + 1] = limit[5]
      end
      local found = call('HMGET', key, 'h', 's', 'c', 'f', 'n')
      if not found[1] or not found[2] or found[3] ~= limit[12] or found[4] ~= limit[11]
        or (kind == 2 and tonumber(found[5]) ~= slot) or tonumber(asked) > limit[4] - found[2] - found[1] then is_common = false break end
      keys[#keys + 1] = key
      asks[#keys] = dimension == 1 and format('%.0f', asked) or asked
      names[#keys] = limit[10]
      record[place + 1], record[place + 2], record[place + 3], record[place + 4], record[place + 5] = kind, key, slot, dimension, ends
      record[place + 6], record[place + 7], record[place + 8], record[place + 9] = next_ends, limit[2], window, limit[5]
      place = place + 9
    end
    if not is_common then break end
    if #names > 0 and call('EXISTS', prefix .. 'caps') == 1 then
      local caps = call('HMGET', prefix .. 'caps', unpack(names))
      for i = 1, #names do
        if caps[i] then is_common = false end
      end
      if not is_common then break end
    end

    if keep ~= '' then
      call('SET', KEYS[3], ARGV[11], 'PX', format('%.0f', math.ceil((keep - now) / 1000)))
      call('INCR', KEYS[4])
    end
    for i = 1, #keys do
      call('HINCRBY', keys[i], 'h', asks[i])
      if lives[i] then call('PEXPIRE', keys[i], lives[i]) end
    end
    call('ZADD', KEYS[1], format('%.0f', due), ARGV[4])
    call('SET', KEYS[2], cmsgpack.pack(record), 'PX', format('%.0f', math.ceil(lease / 1000) + 86400000))
    return { 'held', now, due }
  end

  local packed = call('GET', KEYS[2])
  if not packed then break end
  local letter = string.byte(packed)
  if letter == 83 or letter == 82 then break end -- 'S' or 'R': closed before
  local record = cmsgpack.unpack(packed)
  if record[1] ~= 0 then break end
  local writes = {}
  for at = 10, #record, 9 do
    local kind, key, dimension = record[at], record[at + 1], record[at + 3]
    local held, used = 1, 1
    if dimension == 4 then held, used = record[8], tonumber(ARGV[9])
    elseif dimension == 1 then held, used = record[6] + record[7], ARGV[7] + ARGV[8]
    elseif dimension == 0 then held, used = record[5], tonumber(ARGV[6])
    elseif dimension == 2 then held, used = record[6], tonumber(ARGV[7])
    elseif dimension == 3 then held, used = record[7], tonumber(ARGV[8]) end
    local field = kind == 2 and 'b' .. format('%.0f', record[at + 2]) or 's'
    local found = call('HMGET', key, 'h', 's', 'f', 'n', field, 'c', 'x')
    if not found[1] then is_common = false break end
    if kind == 0 then
      writes[#writes + 1] = { 'HINCRBY', key, 'h', format('%.0f', 0 - held) }
    else
      local spent = (found[2] or 0) + used
      if used > held or held > 9007199254740992 or spent > 9007199254740992 then is_common = false break end
      if used > 0 and found[3] and found[3] ~= '' then
        -- What is next told, where it was found for the cap and the soft limits that count now.
        local last = call('HMGET', record[at + 6], 'f', 'c')
        if kind ~= 1 or not found[7] or last[1] ~= found[3] or last[2] ~= found[6] or spent * 100 >= tonumber(found[7]) then is_common = false break end
      end
      if kind == 1 then
        writes[#writes + 1] = { 'HSET', key, 'h', format('%.0f', found[1] - held), 's', format('%.0f', spent) }
      else
        local window = record[at + 7]
        local bucket = window[2] + floor((now * 10 + window[1]) / window[3])
        if tonumber(found[4]) ~= bucket or record[at + 2] < bucket - 32 or record[at + 2] > bucket + 32 then is_common = false break end
        if used == 0 then
          writes[#writes + 1] = { 'HINCRBY', key, 'h', format('%.0f', 0 - held) }
        else
          writes[#writes + 1] = { 'HSET', key, 'h', format('%.0f', found[1] - held), 's', format('%.0f', spent), field, format('%.0f', (found[5] or 0) + used) }
        end
      end
    end
  end
  if not is_common then break end
  for i = 1, #writes do call(unpack(writes[i])) end
  call('ZREM', KEYS[1], ARGV[4])
  local kept = tonumber(ARGV[5])
  call('SET', KEYS[2], 'S00' .. format('%.0f', now + kept), 'PX', format('%.0f', math.max(1, math.ceil(kept / 1000))))
  if call('EXISTS', prefix .. 'waiting') == 1 then call('PUBLISH', prefix .. 'room', '') end
  return { 'settled', 0, 0, 0 }
until true
