using System.Buffers;
using System.Globalization;
using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>
/// The text of each choice of a stream by itself, where a request asks for several. Which choice a text belongs to may stand
/// behind it, so that it waits for the end of its object.
/// </summary>
/// <param name="expected">How many choices were asked for.</param>
/// <param name="counters">Gives the counter of a model's tokens.</param>
/// <param name="model">The model, where its tokens are counted exactly; null where bytes alone tell.</param>
internal sealed class ChoiceTexts(int expected, Func<string?, ITokenCounter> counters, string? model)
{
    // More than any provider gives; what is beyond is told apart no more.
    private const int Most = 128;

    private const int MostPending = 64 << 10;
    private const int LeastBetweenCounts = 64;

    private readonly Dictionary<int, Choice> choices = [];
    private readonly ArrayBufferWriter<byte> pending = new();
    private int index;
    private bool isIndexed;
    private bool hasEnded;

    /// <summary>Another choice begins.</summary>
    public void Open() => Flush();

    /// <summary>Which of the choices the open one is.</summary>
    public void Name(ReadOnlySpan<byte> number) => isIndexed = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    public void Append(ReadOnlySpan<byte> text)
    {
        pending.Write(text);
        if (isIndexed || pending.WrittenCount > MostPending) Take();
    }

    /// <summary>The open choice says that it ended.</summary>
    public void End() => hasEnded = true;

    /// <summary>The open choice is whole.</summary>
    public void Flush()
    {
        Take();
        if (hasEnded && Find() is { } ended) ended.HasEnded = true;
        Drop();
    }

    /// <summary>The choices that have ended.</summary>
    public IReadOnlyList<int> Ended() => [.. choices.Where(choice => choice.Value.HasEnded).Select(choice => choice.Key)];

    /// <summary>The open choice will not be whole.</summary>
    public void Drop()
    {
        pending.ResetWrittenCount();
        (index, isIndexed, hasEnded) = (0, false, false);
    }

    /// <summary>
    /// Whether all choices that go on are certainly over a bound: where one is not, ending the stream would cut what may go on,
    /// and so it would where one has not begun.
    /// </summary>
    /// <param name="mostBytes">The most bytes of one choice.</param>
    /// <param name="mostTokens">The most tokens of one choice.</param>
    public bool AreOver(long mostBytes, long mostTokens)
    {
        if (choices.Count < expected) return false;
        var isAny = false;
        foreach (var choice in choices.Values)
        {
            if (choice.HasEnded) continue;
            if (!IsOver(choice, mostBytes, mostTokens)) return false;
            isAny = true;
        }

        return isAny;
    }

    private bool IsOver(Choice choice, long mostBytes, long mostTokens)
    {
        var bytes = choice.Text.Bytes;
        if (choice.IsOver || bytes > mostBytes) return choice.IsOver = true;

        // A token has a byte at least: until so many more have come, it cannot be over.
        if (model is null || bytes <= mostTokens || bytes < choice.CountAt) return false;
        var tokens = choice.Text.CountCertain();
        choice.CountAt = bytes + Math.Max(LeastBetweenCounts, mostTokens - tokens + 1);
        return choice.IsOver = tokens > mostTokens;
    }

    private void Take()
    {
        if (pending.WrittenCount == 0) return;
        Find()?.Text.Append(pending.WrittenSpan);
        pending.ResetWrittenCount();
    }

    private Choice? Find()
    {
        if (choices.TryGetValue(index, out var known)) return known;
        if (choices.Count == Most) return null;
        return choices[index] = new Choice(new OutputText(counters) { Model = model });
    }

    private sealed class Choice(OutputText text)
    {
        public OutputText Text => text;

        public bool HasEnded { get; set; }

        public bool IsOver { get; set; }

        public long CountAt { get; set; }
    }
}
