-- Many holds at once, in front of the ledger's script, each with its own KEYS from the second on and its own two ARGV from the fourth on. Only the
-- common case, by the rules of common-case.lua, which stand here once more: for one hold alone, the tables that this takes for many
-- would cost a quarter on top. What the holds share is read once and written once, and each sees what those before it took. The
-- answer tells of each when it was taken. One that is out of the common is left as it was and answered 0: it is asked again by itself.
-- Writing begins with the first that is taken, behind everything that can fail.
if ARGV[1] == 'hold-many' then
  local call, format, floor, unpack_all, pack, read = redis.call, string.format, math.floor, cmsgpack.unpack, struct.pack, struct.unpack
  local prefix, now = ARGV[3], ARGV[2] + 0
  if now < 0 then
    local time = call('TIME')
    now = (time[1] - 1577836800) * 1000000 + time[2]
  end
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
  local taken_from, written_of, at_of, claimed, dues, answers, earliest = {}, {}, {}, {}, { 'ZADD', KEYS[1] }, {}, nil

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
          -- What has left the window goes. Where the clock stepped back, or did and amounts lie far ahead, it is the full script's.
          local from, last, spent = 45 + read('>I4', counter, 41), #counter - 15, spending[place]
          if bucket < newest[place] or (last >= from and read('>d', counter, last) > newest[place] + 32) then is_common = false break end
          local start = from
          while start <= last do
            local number_there, amount = read('>dd', counter, start)
            if number_there >= bucket - 32 then break end
            spent, start = spent - amount, start + 16
          end
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
        claimed[KEYS[key + 2]] = (claimed[KEYS[key + 2]] or 0) + 1
        call('PSETEX', KEYS[key + 1], format('%d', life), format('%d', keep))
      end
      local due = now + lease
      if not earliest or due < earliest then earliest = due end
      dues[#dues + 1], dues[#dues + 2] = format('%d', due), string.sub(KEYS[key], #prefix + 3)
      found[place_of[KEYS[key]]] = due
      call('PSETEX', KEYS[key], format('%d', math.ceil(lease / 1000) + 86400000), cmsgpack.pack(0, now, due) .. ARGV[2 + 2 * number])
    end
    answers[number] = is_common and now or 0
  end

  if earliest then
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
