using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Which tenant each id of the provider was issued to, in bounded memory: hashes, no names. What was forgotten, by age, by number or by a restart,
/// counts as not issued.
/// </summary>
internal sealed class IssuedIds(SafeLlmIssuedIdOptions options)
{
    private const int ShareOfOne = 4;

    private readonly Lock sync = new();
    private readonly Dictionary<UInt128, Entry> entries = [];
    private readonly Dictionary<UInt128, LinkedList<UInt128>> byTenant = [];
    private readonly LinkedList<UInt128> byAge = new();

    public int Count
    {
        get
        {
            lock (sync) return entries.Count;
        }
    }

    /// <summary>Notes that an id was issued. One that another tenant has stays with it.</summary>
    public void Add(string id, string tenant, DateTimeOffset now)
    {
        var (key, owner) = (Hash(id), Hash(tenant));
        lock (sync)
        {
            Expire(now);
            if (entries.TryGetValue(key, out _)) return;
            if (!byTenant.TryGetValue(owner, out var own)) byTenant[owner] = own = new LinkedList<UInt128>();
            // Who makes very many forgets their own first.
            if (own.Count >= Math.Max(1, options.Most / ShareOfOne)) Remove(own.First!.Value);
            else if (entries.Count >= options.Most) Remove(byAge.First!.Value);
            if (own.Count == 0) byTenant[owner] = own;
            entries[key] = new Entry(owner, now + options.KeepFor, byAge.AddLast(key), own.AddLast(key));
        }
    }

    public bool IsOf(string id, string tenant, DateTimeOffset now)
    {
        var (key, owner) = (Hash(id), Hash(tenant));
        lock (sync) return entries.TryGetValue(key, out var entry) && entry.Owner == owner && entry.Until > now;
    }

    public void Forget(string id)
    {
        var key = Hash(id);
        lock (sync) Remove(key);
    }

    // The oldest run out first, as all are kept for the same time.
    private void Expire(DateTimeOffset now)
    {
        while (byAge.First is { } oldest && entries[oldest.Value].Until <= now) Remove(oldest.Value);
    }

    private void Remove(UInt128 key)
    {
        if (!entries.Remove(key, out var entry)) return;
        byAge.Remove(entry.Age);
        var own = byTenant[entry.Owner];
        own.Remove(entry.Own);
        if (own.Count == 0) byTenant.Remove(entry.Owner);
    }

    // The last part of a path or an address, as Google names one file in several ways: files/abc, https://…/files/abc. Not an object of storage,
    // which is issued by nobody here.
    private static UInt128 Hash(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Plain(name)), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static string Plain(string name) =>
        name.StartsWith("files/", StringComparison.Ordinal) || name.StartsWith("cachedContents/", StringComparison.Ordinal) || name.StartsWith("https://generativelanguage.googleapis.com/", StringComparison.Ordinal)
            ? name[(name.LastIndexOf('/') + 1)..]
            : name;

    private sealed record Entry(UInt128 Owner, DateTimeOffset Until, LinkedListNode<UInt128> Age, LinkedListNode<UInt128> Own);
}
