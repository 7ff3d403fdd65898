using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Pipeline;

/// <summary>A call that may be made, with its hold: settle it, however it ends.</summary>
internal sealed class AdmittedCall(Call call)
{
    private static readonly AsyncLocal<AdmittedCall?> Ambient = new();

    private int isSeen;

    /// <summary>The output bound to make it with, in tokens; null in shadow mode, where the call goes out as it came.</summary>
    public long? Bound => call.Facts?.Bound.TokensPerChoice;

    public Quote Quote => call.Quote!;

    /// <summary>What it was charged, once it is settled.</summary>
    public NanoUsd Cost => call.Report.Cost;

    /// <summary>
    /// Whether a call is one that was admitted above it, and is charged to its scope there. The first of its model is; what is sent after it is a
    /// bill of its own, and so is what another model is asked meanwhile.
    /// </summary>
    public static bool IsChargedAbove(string? model) => Ambient.Value is { } above && above.Model == model && Interlocked.Exchange(ref above.isSeen, 1) == 0;

    private string? Model => call.Facts?.Model;

    /// <summary>Says to a handler of SafeLlm's beneath the client, if there is one, that what flows from here is this call.</summary>
    public void Flow() => Ambient.Value = this;

    /// <summary>Settles from what a whole answer told.</summary>
    /// <param name="answer">Its usage, and what of the uses of tools at the provider it tells.</param>
    public ValueTask SettleAsync(ResponseReading answer) => call.Hold!.SettleAsync(answer);

    /// <summary>Settles a call whose usage did not come, by the policy.</summary>
    /// <param name="seen">The text that did come; null where none could.</param>
    public ValueTask SettleUnknownAsync(ReadOnlyMemory<byte>? seen) => call.Hold!.SettleAsync(seen is { } text
        ? new ResponseReading { OutputBytes = text.Length, OutputTokensSeen = TokenCounters.For(call.Facts?.Model).Count(text.Span), UsageUnknown = "the client reported none" }
        : null);

    /// <summary>Extends the hold's lease when that is due.</summary>
    public void ExtendIfDue() => call.Hold!.ExtendIfDue();
}
