using SafeLlm.Pricing;

namespace SafeLlm.Limits;

/// <summary>What one attempt takes, in every dimension at once.</summary>
/// <param name="InputTokens">Tokens in.</param>
/// <param name="OutputTokens">Tokens out.</param>
/// <param name="Cost">Money.</param>
/// <param name="Requests">Attempts; 1 unless said otherwise.</param>
public readonly record struct Amounts(long InputTokens, long OutputTokens, NanoUsd Cost, long Requests = 1)
{
    /// <summary>The amount in one dimension, in that dimension's unit. An open call is 1 in <see cref="Dimension.ConcurrentCalls"/>.</summary>
    public long In(Dimension dimension) => dimension switch
    {
        Dimension.Requests => Requests,
        Dimension.Tokens => InputTokens > long.MaxValue - OutputTokens ? long.MaxValue : InputTokens + OutputTokens,
        Dimension.InputTokens => InputTokens,
        Dimension.OutputTokens => OutputTokens,
        Dimension.Dollars => Cost.Value,
        Dimension.ConcurrentCalls => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "There is no such dimension."),
    };

    /// <summary>Checks that nothing is below 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A member is negative; the message names it.</exception>
    public void Validate(string name)
    {
        if ((InputTokens | OutputTokens | Cost.Value | Requests) >= 0)
        {
            return;
        }

        var (member, value) = InputTokens < 0 ? (nameof(InputTokens), InputTokens)
            : OutputTokens < 0 ? (nameof(OutputTokens), OutputTokens)
            : Cost.Value < 0 ? (nameof(Cost), Cost.Value)
            : (nameof(Requests), Requests);
        throw new ArgumentOutOfRangeException($"{name}.{member}", value, "An amount is 0 or more.");
    }
}
