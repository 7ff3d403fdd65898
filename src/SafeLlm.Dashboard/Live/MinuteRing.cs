namespace SafeLlm.Dashboard;

/// <summary>One value for each of the last 60 minutes, and nothing of what is older: bounded whatever happens. Its owner's lock guards it.</summary>
internal sealed class MinuteRing<T>
    where T : class, new()
{
    public const int Minutes = 60;

    private readonly (long Minute, T? Value)[] slots = new (long, T?)[Minutes];

    /// <summary>The value of the minute of an instant, new where it is the first that is told of it.</summary>
    public T At(DateTimeOffset instant)
    {
        var minute = MinuteOf(instant);
        ref var slot = ref slots[minute % Minutes];
        if (slot.Value is null || slot.Minute != minute) slot = (minute, new T());
        return slot.Value!;
    }

    /// <summary>The last 60 minutes up to an instant, oldest first; null for one of which nothing was told.</summary>
    public IEnumerable<T?> Until(DateTimeOffset instant)
    {
        var last = MinuteOf(instant);
        for (var minute = last - Minutes + 1; minute <= last; minute++)
        {
            var (known, value) = slots[minute % Minutes];
            yield return known == minute ? value : null;
        }
    }

    /// <summary>Forgets the minute of an instant and all after it.</summary>
    public void ForgetFrom(DateTimeOffset instant)
    {
        var first = MinuteOf(instant);
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i].Minute >= first) slots[i] = default;
        }
    }

    private static long MinuteOf(DateTimeOffset instant) => instant.UtcTicks / TimeSpan.TicksPerMinute;
}
