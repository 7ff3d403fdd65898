-- The common case of a hold, of many and of a settle, in front of the ledger's script: no lease to end, no cap of an operator's, counters that are
-- known and have the same cap, room for all, no overrun and no soft limit reached. It takes one closure, of which dozens cost the
-- full script more than the commands that it runs. Whatever is out of the common goes on below; nothing is written before that
-- is known. Keys, arguments, records and counters are those of the full script; the answer is a bare number, which costs both sides
-- least: when a hold was taken, 1 where it is settled. Numbers become text by %d, which costs a third of %.0f: all of them are
-- whole here. All that an operation reads comes by one MGET or two: a command of its own for each key costs three times as much,
-- and every byte that comes is hashed.
repeat
  local operation = ARGV[1]
  if operation ~= 'hold' and operation ~= 'hold-many' and operation ~= 'settle' then break end
  local call, format, floor, unpack_all, pack, read = redis.call, string.format, math.floor, cmsgpack.unpack, struct.pack, struct.unpack
  local prefix, now = ARGV[3], ARGV[2] + 0
  if now < 0 then
    local time = call('TIME')
    now = (time[1] - 1577836800) * 1000000 + time[2]
  end
  local is_common = true

  -- What has left the window of a rolling counter goes: what is spent without it, where the buckets begin, where those begin that stay, and where
  -- the last one is. Nothing where the clock stepped back, or did and amounts lie far ahead: then it is the full script's.
  local function roll(counter, newest, bucket, spent)
    local from, last = 45 + read('>I4', counter, 41), #counter - 15
    if bucket < newest or (last >= from and read('>d', counter, last) > newest + 32) then return nil end
    local start = from
    while start <= last do
      local number_there, amount = read('>dd', counter, start)
      if number_there >= bucket - 32 then break end
      spent, start = spent - amount, start + 16
    end
    return spent, from, start, last
  end

  -- Many at once, each with its own KEYS from the second on and its own two ARGV from the fourth on: what they share is read once and written
  -- once, and each sees what those before it took. The tables that this takes would cost a hold alone a quarter on top, so that has
  -- lines of its own below. The answer tells of each when it was taken. One that is out of the common is left as it was and
  -- answered 0: it is asked again by itself. Nothing is written before all of them were looked at.
  if operation == 'hold-many' then
    local wanted, place_of, fields_of, told_of, key_of, key = { 'MGET', prefix .. 'first' }, {}, {}, {}, {}, 2
    for argument = 4, #ARGV, 2 do
      local fields, told = { unpack_all(ARGV[argument]) }, { unpack_all(ARGV[argument + 1]) }
      local number = #key_of + 1
      fields_of[number], told_of[number], key_of[number] = fields, told, key
      -- The hold, and where it claims a nonce that and two counts.
      for _ = 0, told[2] > 0 and 3 or 0 do
        if not place_of[KEYS[key]] then
          place_of[KEYS[key]] = #wanted
          wanted[#wanted + 1] = KEYS[key]
        end
        key = key + 1
      end
      for at = 8, #fields, 8 do
        if not place_of[fields[at]] then
          place_of[fields[at]] = #wanted
          wanted[#wanted + 1] = fields[at]
        end
      end
    end
    local found = call(unpack(wanted))
    local first = found[1] and found[1] + 0
    local holding, spending, newest, marks, next_tolds, rolled = {}, {}, {}, {}, {}, {} -- of counters, by their place
    local taken_from, written_of, at_of, claimed, lives, dues, answers, earliest = {}, {}, {}, {}, {}, { 'ZADD', KEYS[1] }, {}, nil

    for number = 1, #key_of do
      local fields, told, key = fields_of[number], told_of[number], key_of[number]
      local lease, keep, life = told[1], told[2], nil
      local is_common = first and now < first and not found[place_of[KEYS[key]]]
      if is_common and keep > 0 then
        local count = found[place_of[KEYS[key + 2]]]
        life = math.ceil((keep - now) / 1000)
        is_common = life > 0 and count and not found[place_of[KEYS[key + 1]]] and count + (found[place_of[KEYS[key + 3]]] or 0) < told[3]
      end

      local at = 7
      for i = is_common and 4 or #told + 1, #told, 5 do
        local kind, place = fields[at], place_of[fields[at + 1]]
        local counter = found[place]
        if not counter then is_common = false break end
        if not holding[place] then
          holding[place], spending[place], newest[place], marks[place], next_tolds[place] = read('>ddddd', counter)
        end
        if marks[place] ~= told[i + 3] then is_common = false break end
        if kind == 2 then
          local bucket = fields[at + 5] + floor((now * 10 + fields[at + 4]) / fields[at + 6])
          if bucket ~= newest[place] then
            local spent, from, start = roll(counter, newest[place], bucket, spending[place])
            if not spent then is_common = false break end
            spending[place], newest[place] = spent, bucket
            rolled[place] = pack('>dddd', spent, bucket, marks[place], next_tolds[place]) .. string.sub(counter, 41, from - 1) .. string.sub(counter, start)
          end
        elseif kind == 1 and (now < fields[at + 2] or now >= fields[at + 4]) then
          is_common = false break
        end
        if told[i + 4] > told[i + 1] - spending[place] - holding[place] then is_common = false break end
        at = at + 8
      end

      if is_common then
        at = 7
        for i = 4, #told, 5 do
          local place = place_of[fields[at + 1]]
          if not written_of[place] then
            taken_from[#taken_from + 1], written_of[place], at_of[place] = place, fields, at
          end
          holding[place] = holding[place] + told[i + 4]
          at = at + 8
        end
        if life then
          local counted = place_of[KEYS[key + 2]]
          found[place_of[KEYS[key + 1]]], found[counted] = keep, found[counted] + 1
          claimed[KEYS[key + 2]], lives[number] = (claimed[KEYS[key + 2]] or 0) + 1, life
        end
        local due = now + lease
        if not earliest or due < earliest then earliest = due end
        dues[#dues + 1], dues[#dues + 2] = format('%d', due), string.sub(KEYS[key], #prefix + 3)
        found[place_of[KEYS[key]]] = due
      end
      answers[number] = is_common and now or 0
    end

    if earliest then
      for number = 1, #key_of do
        local key, lease, keep = key_of[number], told_of[number][1], told_of[number][2]
        if lives[number] then call('PSETEX', KEYS[key + 1], format('%d', lives[number]), format('%d', keep)) end
        if answers[number] ~= 0 then call('PSETEX', KEYS[key], format('%d', math.ceil(lease / 1000) + 86400000), cmsgpack.pack(0, now, now + lease) .. ARGV[2 + 2 * number]) end
      end
      for counted, more in pairs(claimed) do call('INCRBY', counted, format('%d', more)) end
      for i = 1, #taken_from do
        local place = taken_from[i]
        local fields, at, held = written_of[place], at_of[place], pack('>d', holding[place])
        if rolled[place] then call('SET', fields[at + 1], held .. rolled[place], 'PX', fields[at + 7]) else call('SETRANGE', fields[at + 1], '0', held) end
        if fields[at] == 0 then call('PEXPIRE', fields[at + 1], fields[at + 7]) end
      end
      call(unpack(dues))
      if earliest < first then call('SET', prefix .. 'first', format('%d', earliest)) end
    end
    return answers
  end

  if operation == 'hold' then
    local fields, told = { unpack_all(ARGV[4]) }, { unpack_all(ARGV[5]) }
    local lease, keep = told[1], told[2]
    local wanted, first, life = { 'MGET', KEYS[2], prefix .. 'first' }, 2, nil
    if KEYS[3] then wanted[4], wanted[5], wanted[6], first = KEYS[3], KEYS[4], KEYS[5], 5 end
    for at = 8, #fields, 8 do wanted[#wanted + 1] = fields[at] end
    local found = call(unpack(wanted))
    if found[1] or not found[2] or now >= found[2] + 0 then break end
    if KEYS[3] then
      if found[3] or not found[4] or found[4] + (found[5] or 0) >= told[3] then break end
      life = math.ceil((keep - now) / 1000)
      if life <= 0 then break end
    end

    local at, place = 7, 0
    for i = 4, #told, 5 do
      place = place + 1
      local kind, counter = fields[at], found[first + place]
      if not counter then is_common = false break end
      local held, spent, newest, mark, next_told = read('>ddddd', counter)
      if mark ~= told[i + 3] then is_common = false break end
      local rolled = nil
      if kind == 2 then
        local bucket = fields[at + 5] + floor((now * 10 + fields[at + 4]) / fields[at + 6])
        if bucket ~= newest then
          local left, from, start = roll(counter, newest, bucket, spent)
          if not left then is_common = false break end
          spent = left
          rolled = pack('>dddd', spent, bucket, mark, next_told) .. string.sub(counter, 41, from - 1) .. string.sub(counter, start)
        end
      elseif kind == 1 and (now < fields[at + 2] or now >= fields[at + 4]) then
        is_common = false break
      end
      if told[i + 4] > told[i + 1] - spent - held then is_common = false break end
      wanted[place] = rolled and pack('>d', held + told[i + 4]) .. rolled or pack('>d', held + told[i + 4])
      at = at + 8
    end
    if not is_common then break end

    if life then
      call('PSETEX', KEYS[3], format('%d', life), format('%d', keep))
      call('INCR', KEYS[4])
    end
    at = 7
    for i = 1, place do
      if #wanted[i] > 8 then call('SET', fields[at + 1], wanted[i], 'PX', fields[at + 7]) else call('SETRANGE', fields[at + 1], '0', wanted[i]) end
      if fields[at] == 0 then call('PEXPIRE', fields[at + 1], fields[at + 7]) end
      at = at + 8
    end
    local due = now + lease
    call('ZADD', KEYS[1], format('%d', due), string.sub(KEYS[2], #prefix + 3))
    if due < found[2] + 0 then call('SET', prefix .. 'first', format('%d', due)) end
    call('PSETEX', KEYS[2], format('%d', math.ceil(lease / 1000) + 86400000), cmsgpack.pack(0, now, due) .. ARGV[4])
    return now
  end

  local first = call('MGET', KEYS[2], prefix .. 'waiting', prefix .. 'first')
  if not first[3] or now >= first[3] + 0 or not first[1] or string.byte(first[1]) ~= 0 then break end -- a lease to end, unknown, or closed before
  local record = { unpack_all(first[1]) }
  local kept, requests, input, output, cost = unpack_all(ARGV[4])
  local wanted = { 'MGET' }
  for at = 11, #record, 8 do wanted[#wanted + 1] = record[at] end
  local counters = #record > 9 and call(unpack(wanted)) or wanted
  local places, heads, tails, marks = {}, {}, {}, {}
  local number = 0
  for at = 10, #record, 8 do
    number = number + 1
    local kind, counter, dimension = record[at], counters[number], record[at + 3]
    if not counter then is_common = false break end
    local held, used = 1, 1
    if dimension == 4 then held, used = record[8], cost
    elseif dimension == 1 then held, used = record[6] + record[7], input + output
    elseif dimension == 0 then held, used = record[5], requests
    elseif dimension == 2 then held, used = record[6], input
    elseif dimension == 3 then held, used = record[7], output end
    local now_held, spent, newest, mark, next_told = read('>ddddd', counter)
    if kind == 0 then
      if dimension ~= 5 then is_common = false break end
      used = 0
    else
      if used > held or held > 9007199254740992 then is_common = false break end
      if kind == 2 then
        local offset, first_bucket, length = record[at + 4], record[at + 5], record[at + 6]
        local slot = first_bucket + floor((record[2] * 10 + offset) / length)
        local bucket = first_bucket + floor((now * 10 + offset) / length)
        local left, from, start, last = roll(counter, newest, bucket, spent)
        if not left or slot < bucket - 32 or slot > bucket + 32 then is_common = false break end
        spent = left

        -- The newest buckets are last. What is behind the place of the hold's is either it, or goes behind it.
        local place, rest, before = last + 16, last + 16, 0
        while place > start and read('>d', counter, place - 16) > slot do place, rest = place - 16, rest - 16 end
        if place > start and read('>d', counter, place - 16) == slot then place, before = place - 16, read('>d', counter, place - 8) end
        if bucket == newest and (place < rest or rest > last) then
          if used > 0 then places[number], tails[number] = format('%d', place - 1), pack('>dd', slot, before + used) end
        else
          tails[number] = pack('>ddddd', now_held - held, spent + used, bucket, mark, next_told) .. string.sub(counter, 41, from - 1)
            .. string.sub(counter, start, place - 1) .. (used > 0 and pack('>dd', slot, before + used) or '') .. string.sub(counter, used > 0 and rest or place)
        end
      end
      if used > 0 and next_told ~= 1e300 then
        -- What is next told was found for this cap and these soft limits: only while no later run has brought others, nor an operator.
        if kind ~= 1 or next_told < 0 or spent + used > 9007199254740992 or (spent + used) * 100 >= next_told or mark == 0 then is_common = false break end
        marks[#marks + 1], marks[#marks + 2] = string.match(record[at + 1], '^(.*):%-?%d+$') .. ':told', mark
      end
      if spent + used > 9007199254740992 then is_common = false break end
    end
    heads[number] = pack('>dd', now_held - held, spent + used)
  end
  for i = 1, #marks, 2 do
    local last = call('GET', marks[i])
    if not last or unpack_all(last) ~= marks[i + 1] then is_common = false end
  end
  if not is_common then break end

  for place = 1, number do
    local key = record[3 + 8 * place]
    if tails[place] and not places[place] then
      call('SET', key, tails[place], 'PX', record[9 + 8 * place])
    else
      call('SETRANGE', key, '0', heads[place])
      if places[place] then call('SETRANGE', key, places[place], tails[place]) end
    end
  end
  call('ZREM', KEYS[1], string.sub(KEYS[2], #prefix + 3))
  call('PSETEX', KEYS[2], format('%d', math.max(1, math.ceil(kept / 1000))), 'S00' .. format('%d', now + kept))
  if first[2] then call('PUBLISH', prefix .. 'room', '') end
  return 1
until true
