using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// The members that a wire format knows of one object. A name that is a known one but for its case is told apart from an
/// unknown one: some services match names without case, so to them it would be the known member.
/// </summary>
internal sealed class MemberTable
{
    /// <summary>As many as the bits that tell which were seen.</summary>
    public const int Most = 64;

    private readonly Member[] _members;
    private readonly byte[] _buckets;
    private readonly int _longest;

    /// <summary>What every member means that is not known here; null where they are passed over.</summary>
    public RequestShape? Others { get; init; }

    /// <summary>Whether members that are not known here may be a part of the prompt, as those of the document may.</summary>
    public bool IsOpen { get; init; }

    /// <param name="members">Name and shape; names that mean the same are parted by a bar.</param>
    public MemberTable(params ReadOnlySpan<(string Name, RequestShape Shape)> members)
    {
        if (members.Length > Most) throw new ArgumentException($"An object has {members.Length} known members; {Most} are the most.", nameof(members));
        var all = new List<Member>();
        _buckets = new byte[256];
        for (var slot = 0; slot < members.Length; slot++)
        {
            foreach (var text in members[slot].Name.Split('|'))
            {
                var name = Encoding.UTF8.GetBytes(text);
                _longest = Math.Max(_longest, name.Length);
                var bucket = Bucket(name);
                all.Add(new Member(name, text, members[slot].Shape, slot, _buckets[bucket]));
                _buckets[bucket] = (byte)all.Count;
            }
        }

        _members = [.. all];
    }

    /// <param name="Name">The name, as UTF-8.</param>
    /// <param name="Text">The name.</param>
    /// <param name="Shape">What it means.</param>
    /// <param name="Slot">The same for all names that mean the same.</param>
    /// <param name="Next">The next in the bucket, from 1; 0 where it is the last.</param>
    public sealed record Member(byte[] Name, string Text, RequestShape Shape, int Slot, byte Next);

    public Member this[int index] => _members[index];

    /// <summary>The fault of an object that has a member twice. Which of several names came first is not known, and does not matter to whoever must choose one.</summary>
    public RequestReading.Malformed SaidTwice(Member member) =>
        Array.Find(_members, known => known.Slot == member.Slot && known != member)?.Text is { } other ? JsonFault.SaidTwice(member.Text, other) : JsonFault.Duplicate(member.Name);

    /// <summary>The place of a member; -1 where the name is unknown. <paramref name="isOtherCase"/> where only case differs.</summary>
    public int Find(ReadOnlySpan<byte> name, out bool isOtherCase)
    {
        var found = FindFolded(name, out isOtherCase);
        // Folding can shorten a name: the Kelvin sign has three bytes, its k one.
        return found >= 0 || name.Length > _longest * 3 || System.Text.Ascii.IsValid(name) ? found : FindOutsideAscii(name, out isOtherCase);
    }

    private int FindOutsideAscii(ReadOnlySpan<byte> name, out bool isOtherCase)
    {
        Span<byte> folded = stackalloc byte[name.Length];
        var found = FindFolded(folded[..Fold(name, folded)], out _);
        isOtherCase = found >= 0;
        return found;
    }

    private int FindFolded(ReadOnlySpan<byte> name, out bool isOtherCase)
    {
        isOtherCase = false;
        for (int i = _buckets[Bucket(name)]; i != 0; i = _members[i - 1].Next)
        {
            var known = _members[i - 1].Name;
            if (known.Length != name.Length) continue;
            if (name.SequenceEqual(known)) return i - 1;
            if (!System.Text.Ascii.EqualsIgnoreCase(name, known)) continue;
            isOtherCase = true;
            return i - 1;
        }

        return -1;
    }

    private static byte Bucket(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? (byte)0 : (byte)((name.Length * 7) + ((name[0] | 0x20) * 31) + ((name[^1] | 0x20) * 3) + (name[name.Length / 2] | 0x20));

    /// <summary>The letters outside ASCII that simple case folding, as Go's JSON reader does it, makes ASCII letters: ſ and the Kelvin sign.</summary>
    private static int Fold(ReadOnlySpan<byte> name, Span<byte> folded)
    {
        var written = 0;
        while (!name.IsEmpty)
        {
            if (name.StartsWith("\u017F"u8))
            {
                folded[written++] = (byte)'s';
                name = name["\u017F"u8.Length..];
            }
            else if (name.StartsWith("\u212A"u8))
            {
                folded[written++] = (byte)'k';
                name = name["\u212A"u8.Length..];
            }
            else
            {
                folded[written++] = name[0];
                name = name[1..];
            }
        }

        return written;
    }
}
