using System.Buffers;
using System.Text;
using SafeLlm.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Validation;

/// <summary>Looks at the characters of a prompt's text, escapes taken out.</summary>
internal static class PromptCharacters
{
    private const int BlackFlag = 0x1F3F4;
    private const int CancelTag = 0xE007F;

    // bytes that stand for themselves and can be no character that a rule looks for
    private static readonly SearchValues<byte> Harmless = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Where(value => value != '\\').Select(value => (byte)value), (byte)'\n', (byte)'\t', (byte)'\r']);

    /// <summary>A rule over single characters; what it finds is reported once a message, with the worst severity.</summary>
    public static PromptRule Rule(string name, Func<int, PromptSeverity?> judge, string message) =>
        Rule(name, () => judge, message);

    /// <summary>A rule over tag characters, which are innocent only between a black flag and a cancel tag.</summary>
    public static PromptRule TagRule(string name, string message) => Rule(
        name,
        () =>
        {
            var isFlag = false;
            return character =>
            {
                var isTag = character is >= 0xE0000 and <= CancelTag;
                var isInnocent = isTag && isFlag;
                isFlag = character == BlackFlag || (isInnocent && character is >= 0xE0030 and < CancelTag);
                return isTag && !isInnocent ? PromptSeverity.Refuse : null;
            };
        },
        message);

    /// <summary>A rule over characters without width, which are innocent between words and at a text's start, and in scripts that need them.</summary>
    public static PromptRule HiddenRule(string name, string message) => Rule(
        name,
        () =>
        {
            var (before, isOpen) = (0, false);
            return character =>
            {
                var isHidden = character is 0x200B or 0x2060 or 0xFEFF or 0x00AD;
                var isFound = isOpen && char.IsAsciiLetter((char)character) && character < 0x80;
                isOpen = isHidden && (isOpen || (before < 0x80 && char.IsAsciiLetter((char)before)));
                before = isHidden ? before : character;
                return isFound ? PromptSeverity.Flag : null;
            };
        },
        message);

    /// <summary>Bytes over all text of the prompt, as they stand in the request.</summary>
    public static long Bytes(CallFacts facts)
    {
        long bytes = 0;
        for (var i = 0; i < facts.Parts.Count; i++)
        {
            var part = facts.Parts[i];
            bytes += PromptText.IsText(part.Kind) ? part.Length : 0;
        }

        return bytes;
    }

    /// <summary>Whether any text of the prompt has a character that a rule over characters may look for.</summary>
    public static bool HasOdd(CallFacts facts)
    {
        for (var i = 0; i < facts.Parts.Count; i++)
        {
            if (facts.Parts[i].Kind == PromptPartKind.Text && IsOdd(facts.Raw(facts.Parts[i]))) return true;
        }

        return false;
    }

    private static bool IsOdd(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExcept(Harmless);

    /// <summary>Whether a part is white space alone.</summary>
    public static bool IsBlank(CallFacts facts, PromptPart part)
    {
        // Nearly every text begins with a character that stands for itself and is no white space.
        var bytes = facts.Raw(part);
        if (!bytes.IsEmpty && bytes[0] is > (byte)' ' and < 0x7F and not (byte)'\\') return false;
        return IsBlank(bytes, part.IsEscaped);
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes, bool isEscaped)
    {
        var isBlank = true;
        Visit(bytes, isEscaped, value => isBlank &= Rune.TryCreate(value, out var rune) && Rune.IsWhiteSpace(rune), () => isBlank);
        return isBlank;
    }

    /// <summary>Code points over all text of the prompt: what people write, and what programs declare, call and answer.</summary>
    public static long Count(CallFacts facts)
    {
        long characters = 0;
        foreach (var part in facts.Parts)
        {
            if (!PromptText.IsText(part.Kind))
            {
                continue;
            }

            var bytes = facts.Raw(part);
            if (part.IsEscaped)
            {
                Visit(bytes, isEscaped: true, _ => characters++, () => true);
            }
            else
            {
                foreach (var value in bytes)
                {
                    characters += (value & 0xC0) != 0x80 ? 1 : 0;
                }
            }
        }

        return characters;
    }

    /// <summary>Whether all text of the prompt has more tokens than a number.</summary>
    public static bool IsOver(CallFacts facts, long limit, ITokenCounter counter)
    {
        if (Bytes(facts) <= limit)
        {
            return false;
        }

        var left = limit;
        using var buffer = new PooledText();
        foreach (var part in facts.Parts)
        {
            if (!PromptText.IsText(part.Kind))
            {
                continue;
            }

            // what is far too long is not counted to its end
            var text = PromptText.Of(facts, part, buffer);
            if (text.Length > left && counter.IsOver(text, (int)Math.Min(left, int.MaxValue)))
            {
                return true;
            }

            left -= counter.Count(text);
            if (left < 0)
            {
                return true;
            }
        }

        return false;
    }

    private static PromptRule Rule(string name, Func<Func<int, PromptSeverity?>> start, string message) => PromptRule.ForOddCharacters(name, facts =>
    {
        List<PromptFinding>? findings = null;
        for (var i = 0; i < facts.Parts.Count; i++)
        {
            var part = facts.Parts[i];
            var bytes = facts.Raw(part);
            if (part.Kind != PromptPartKind.Text || !IsOdd(bytes))
            {
                continue;
            }

            if (Worst(bytes, part.IsEscaped, start()) is { } found)
            {
                (findings ??= []).Add(new PromptFinding(name, found, message, part.Message < 0 ? null : part.Message) { Offset = part.Start });
            }
        }

        return findings ?? (IEnumerable<PromptFinding>)[];
    });

    private static PromptSeverity? Worst(ReadOnlySpan<byte> bytes, bool isEscaped, Func<int, PromptSeverity?> judge)
    {
        PromptSeverity? worst = null;
        Visit(bytes, isEscaped, character => worst = judge(character) is { } severity && !(worst > severity) ? severity : worst, () => worst != PromptSeverity.Refuse);
        return worst;
    }

    /// <summary>Visits each character, halves of characters included, while there is interest in more.</summary>
    private static void Visit(ReadOnlySpan<byte> text, bool isEscaped, Action<int> visit, Func<bool> goesOn)
    {
        while (!text.IsEmpty && goesOn())
        {
            if (isEscaped && JsonEscape.TryRead(text, out var character, out var length))
            {
                visit(character);
            }
            else if (Rune.DecodeFromUtf8(text, out var rune, out length) == OperationStatus.Done)
            {
                visit(rune.Value);
            }

            text = text[Math.Max(1, length)..];
        }
    }
}
